import { end } from '../kit/end';
import { folderList, printList } from '../kit/folder-list';
import { ensureLibrary } from '../kit/library';
import { createProgress } from '../kit/progress';
import { type Proof, runProof } from '../kit/proof';

export const proofs = folderList<Proof>(__dirname);

/** `npx projen prove`: lists the proofs. `npx projen prove <name> […]`: builds what the proof needs, and runs it. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) {
    console.log(printList(proofs, ({ shows }) => shows));
    return 0;
  }
  if (!proofs.names.includes(name)) {
    console.error(`Found no proof '${name}': expected one of ${proofs.names.join(', ')}`);
    return 2;
  }
  const progress = createProgress();
  await ensureLibrary(progress.step);
  const { passed, problems, line } = await runProof(proofs.load(name), args, progress);
  for (const problem of problems) console.error(problem);
  if (line !== undefined) await new Promise<void>((written) => process.stdout.write(`${line}\n`, () => written()));
  return passed ? 0 : 1;
}

if (require.main === module) {
  // The SDK of this process would warn about its Node version, although functions run on another one.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  main(process.argv.slice(2)).then(end, (error: Error) => {
    console.error(error.message);
    end(1);
  });
}
