import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(__dirname, '..', '..');
mkdirSync(join(repository, '.tmp'), { recursive: true });
/** A repository with one construct, within this one: what it imports is found from there. */
const root = mkdtempSync(join(repository, '.tmp', 'nag-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), text);
}
const nag = (...args: string[]) => {
  const out = join(root, 'reports');
  const command = ['--tsconfig', 'tsconfig.check.json', 'integ/reports/nag/nag.ts', '--root', root, '--out', out, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, [require.resolve('tsx/cli'), ...command], {
    cwd: repository,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, report: (file = 'report.md') => readFileSync(join(out, file), 'utf8') };
};

write('src/mailbox/index.ts', 'export {};');
write('src/core/index.ts', 'export {};');
write(
  'test/mailbox/apps.ts',
  `import { type Stack, Validations } from 'aws-cdk-lib';
   import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
   export const minimal = (stack: Stack) => new CfnQueue(stack, 'Queue', { sqsManagedSseEnabled: true });
   export const maximal = (stack: Stack) => {
     const queue = minimal(stack);
     for (const id of ['AwsSolutions-SQS3', 'AwsSolutions-SQS4', 'Serverless-SQSRedrivePolicy']) {
       Validations.of(queue).acknowledge({ id, reason: 'Because of ' + id + '.' });
     }
   };`,
);

test('an open finding fails the command and is named', () => {
  const { status, stdout, stderr, report } = nag();
  expect(status).toBe(1);
  expect(stderr).toContain('open in mailbox, minimal: AwsSolutions-SQS4 Mailbox/Queue');
  expect(stdout).toMatch(/report\.md: 3 open findings in 2 apps\n$/);
  expect(report()).toContain('| mailbox, minimal | `Mailbox/Queue` | AWS::SQS::Queue | Queue | `AwsSolutions-SQS4` |');
});

test('an acknowledged finding does not, and is in the report with its reason', () => {
  const { status, report } = nag('maximal');
  expect(status).toBe(0);
  expect(report()).toContain('| Queue | `Mailbox/Queue` | AWS::SQS::Queue | `SQS4` | AwsSolutions | Because of AwsSolutions-SQS4. |');
  expect(report('mailbox.maximal/AwsSolutions.csv')).toContain('"acknowledged","Because of AwsSolutions-SQS4."');
});

test('a construct without apps fails the command with what to add', () => {
  write('src/unknown/index.ts', 'export {};');
  const { status, stderr } = nag('unknown');
  expect(status).toBe(1);
  expect(stderr).toContain('test/unknown/apps.ts is missing: it must export minimal and maximal, (stack: Stack) => void');
});

test('an example that does not export its app fails the command', () => {
  write('examples/closed/app.ts', 'export {};');
  const { status, stderr } = nag('closed');
  expect(status).toBe(1);
  expect(stderr).toContain('examples/closed/app.ts must export its App: export const app = new App()');
});

test('an unknown name fails the command', () => {
  expect(nag('nothing')).toMatchObject({ status: 1, stderr: 'No name of a construct or example contains nothing\n' });
});
