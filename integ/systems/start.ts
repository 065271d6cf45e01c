import { folderList, printList } from '../kit/folder-list';
import { serve } from '../kit/serve';
import type { System } from '../kit/system';

export const systems = folderList<System>(__dirname);

/** `npx projen start`: lists the systems. `npx projen start <name>`: runs one on this machine until Ctrl-C. */
async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined) {
    console.log(printList(systems, ({ description }) => description));
    return;
  }
  if (rest.length > 0 || !systems.names.includes(name)) {
    process.exitCode = 2;
    console.error(`Usage: npx projen start <system>, where <system> is one of: ${systems.names.join(', ')}`);
    return;
  }
  await serve(systems.load(name));
}

if (require.main === module) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
}
