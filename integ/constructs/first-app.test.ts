import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import ts from 'typescript';
import * as library from '../../src';
import type { Sandbox } from '../sandbox';
import { startSandbox } from '../sandbox';

const folder = mkdtempSync(join(tmpdir(), 'first-app-'));
let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The app of the README, optionally with one change, synthesized to a folder. */
function firstApp(name: string, change: (code: string) => string = (code) => code): { directory: string; warnings: string[] } {
  const readme = readFileSync(resolve(__dirname, '..', '..', 'README.md'), 'utf8');
  const code = /## Use it\n.*?```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const changed = change(code.replace('new App()', `new App(${JSON.stringify({ outdir: join(folder, name) })})`));
  const { outputText } = ts.transpileModule(changed, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const imported = (id: string) => (id === 'cdk-andamio' ? library : require(id));
  const stack: Stack = new Function('require', 'exports', `${outputText}\nreturn stack;`)(imported, {});
  const assembly = (stack.node.root as import('aws-cdk-lib').App).synth();
  return {
    directory: assembly.directory,
    warnings: assembly.stacks.flatMap(({ messages }) =>
      messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
    ),
  };
}

test('the first app of the README can be deployed to a new account', async () => {
  const { directory, warnings } = firstApp('whole');
  expect(warnings).toEqual([]);
  sandbox = await startSandbox(directory, { strict: true, freshAccount: true });
  const [{ url }] = sandbox.restApis.apis;
  const answer = await fetch(`${url}/visits`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
  expect(answer.status).toBe(401);
  const lines = sandbox.assembly.ofType('AWS::Logs::LogGroup').flatMap((group) => sandbox?.logs.lines(sandbox.assembly.ref(group)) ?? []);
  expect(lines.map(({ message }) => message)).toContainEqual(expect.stringContaining('"status":"401"'));
});

describe('without the line about the log role', () => {
  const without = (code: string) => code.replace(/new ApiGatewayLogRole.*\n/, '');

  test('synthesis warns, and a new account rejects it with the error of AWS', async () => {
    const { directory, warnings } = firstApp('without', without);
    expect(warnings).toEqual([
      expect.stringContaining('Platform/Api: its access log needs the API Gateway log role of the account and Region'),
    ]);
    await expect(startSandbox(directory, { freshAccount: true })).rejects.toThrow(
      /AWS::ApiGateway::Stage: CloudWatch Logs role ARN must be set in account settings to enable logging \(Platform\.Api/,
    );
  });

  test('it starts if the account has the role', async () => {
    sandbox = await startSandbox(firstApp('elsewhere', without).directory, { strict: true });
    expect(sandbox.restApis.apis).toHaveLength(1);
  });
});
