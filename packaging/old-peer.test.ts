import { OwnApp, tarball } from './own-app';

const app = new OwnApp();
beforeAll(() => app.install([tarball(), 'aws-cdk-lib@2.268.0', 'constructs@10.5.1'], ['--legacy-peer-deps']));
afterAll(() => app.remove());

test.each([
  ['a class that the older version could still make', "new a.Tenancy({ tenant: 'school', tiers: [] })"],
  ['nothing but the package', ''],
])('an aws-cdk-lib below the floor is one sentence: %s', async (_, use) => {
  const { code, output } = await app.run(process.execPath, ['-e', `const a = require('cdk-andamio');${use}`]);
  expect(code).toBe(1);
  expect(output).toContain(
    'Error: cdk-andamio needs aws-cdk-lib 2.269.0 or newer, found 2.268.0: install a newer one, for example with npm install aws-cdk-lib@latest.',
  );
});

test('code that runs needs no CDK, and asks for none', async () => {
  const use = "console.log(typeof require('cdk-andamio/tenant-sessions').TenantSessions)";
  expect(await app.run(process.execPath, ['-e', use])).toEqual({ code: 0, output: 'function\n' });
});
