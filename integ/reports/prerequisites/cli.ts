import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readStacks } from '../assembly/stacks';
import { constructsApp, examplesApp } from './constructs';
import { pageOf } from './page';

const PAGE = resolve(__dirname, '..', '..', '..', 'docs', 'before-you-deploy.md');

/** The page for the library's constructs and examples. */
export function ownPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prerequisites-'));
  try {
    const apps = [constructsApp(join(folder, 'constructs')), examplesApp(join(folder, 'examples'))];
    return pageOf(
      apps.flatMap((app) => readStacks(app.synth().directory)),
      [
        '# Before you deploy',
        '',
        'What each construct and example needs in an account and Region, derived from the resources in the templates. Written by `npx projen prerequisites`;',
        '`npx projen prerequisites path/to/cdk.out` prints the same for any app. The data from the AWS documentation is in one file',
        '(`data.ts` beside the command that writes this page), each with the title of its page.',
      ],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npx projen prerequisites [cdk.out]`: writes docs/before-you-deploy.md, or prints what the stacks of an app need. */
function main(folders: string[]): void {
  if (folders.length === 0) {
    writeFileSync(PAGE, ownPage());
    console.log(`written: ${PAGE}`);
    return;
  }
  if (folders.length > 1) throw new Error('Usage: npx projen prerequisites [cdk.out]');
  const [folder] = folders;
  console.log(
    pageOf(readStacks(folder), ['# Before you deploy', '', `What an account and Region must have for the stacks of \`${folder}\`.`]),
  );
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
