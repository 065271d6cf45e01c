import { OwnApp, tarball } from './own-app';

const app = new OwnApp();
beforeAll(() => app.install([tarball(), 'aws-cdk-lib@2.268.0', 'constructs@10.5.1'], ['--legacy-peer-deps']));
afterAll(() => app.remove());

const REQUIRE = "const a = require('cdk-andamio');";

test.each([
  ['a class that also works with the older version', ['-e', `${REQUIRE} a.Tenancy.of('school', { tiers: [] })`]],
  ['the package alone', ['-e', REQUIRE]],
  ['a name that an ES module imports', ['--input-type=module', '-e', "import { Tenancy } from 'cdk-andamio'"]],
])('an aws-cdk-lib that is too old fails with one sentence: %s', async (_, args) => {
  const { code, output } = await app.run(process.execPath, args);
  expect(code).toBe(1);
  expect(output).toContain(
    'Error: cdk-andamio needs aws-cdk-lib 2.269.0 or newer, found 2.268.0: install a newer one, for example with npm install aws-cdk-lib@latest.',
  );
});

test('the run-time entry point does not need the CDK', async () => {
  const use = "console.log(typeof require('cdk-andamio/tenant-sessions').TenantSessions)";
  expect(await app.run(process.execPath, ['-e', use])).toEqual({ code: 0, output: 'function\n' });
});
