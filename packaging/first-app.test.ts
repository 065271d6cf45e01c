import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codeBlocks } from '../test/docs/markdown';
import { OwnApp, tarball } from './own-app';

const ROOT = resolve(__dirname, '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const floor = Object.entries<string>(manifest.peerDependencies).map(([name, range]) => `${name}@${range.replace('^', '')}`);

/** The part of a template that names a packaged handler. */
interface Template {
  readonly Resources: Record<string, { readonly Type: string }>;
}

describe.each([
  ['the newest peers, which npm installs', []],
  ['the oldest supported peers', floor],
])('the first app of the README, with %s', (_, peers) => {
  const app = new OwnApp();
  beforeAll(() => app.install([tarball(), 'typescript@5.9.3', '@types/node@24', ...peers]));
  afterAll(() => app.remove());

  test('compiles and synthesizes, with the handlers of the package', async () => {
    const [first] = codeBlocks(readme).filter(({ language }) => language === 'ts');
    app.write('app.ts', first.code);
    const compiler = ['--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', 'app.ts'];
    expect(await app.run('npx', ['--no', '--', 'tsc', ...compiler])).toEqual({ code: 0, output: '' });
    // As the CDK CLI does it.
    const synthesis = await app.run(process.execPath, ['app.js'], { CDK_OUTDIR: 'cdk.out', CDK_VALIDATION: 'false' });
    expect(synthesis).toEqual({ code: 0, output: expect.any(String) });
    const template = JSON.parse(readFileSync(join(app.folder, 'cdk.out', 'Platform.template.json'), 'utf8')) as Template;
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types).toEqual(expect.arrayContaining(['AWS::ApiGateway::RestApi', 'AWS::Cognito::UserPool', 'AWS::SQS::Queue']));
    expect(types.filter((type) => type === 'AWS::Lambda::Function').length).toBeGreaterThanOrEqual(4);
  });

  test('an invalid prop throws a ValidationError of the CDK, with the construct, the line of the app and the construct tree', async () => {
    app.write(
      'mistake.js',
      [
        "const { App, Errors, Stack } = require('aws-cdk-lib');",
        "const { TenantTable } = require('cdk-andamio');",
        'try {',
        "  new TenantTable(new Stack(new App(), 'Platform'), 'Data');",
        '} catch (error) {',
        '  console.log(Errors.isValidationError(error));',
        '  console.log(error.stack);',
        '}',
      ].join('\n'),
    );
    const { output } = await app.run(process.execPath, ['mistake.js']);
    const [isValidationError, message, ...frames] = output.split('\n');
    expect(isValidationError).toBe('true');
    expect(message).toContain('Platform/Data: missing tenancy: expected a value for each required property');
    // The package appears as one line, without its files.
    expect(frames.filter((frame) => frame.includes('cdk-andamio/lib'))).toEqual([]);
    expect(frames.find((frame) => frame.includes('mistake.js'))).toContain('mistake.js:4:');
    expect(output).toContain('Relates to construct:');
  });

  test.each([
    ['Python/3.12.1', 'callback_urls'],
    ['go1.25.1/linux/amd64', 'CallbackUrls'],
  ])('an app whose runtime is %s reads %s', async (agent, name) => {
    const use = "new (require('cdk-andamio').TenantUserPool)(new (require('aws-cdk-lib').Stack)(), 'Users')";
    const { output } = await app.run(process.execPath, ['-e', use], { JSII_AGENT: agent });
    expect(output).toContain(name);
  });

  test('npm reports no problems with the installed packages', async () => {
    expect(await app.run('npm', ['ls', 'cdk-andamio', 'aws-cdk-lib', 'constructs'])).toEqual({ code: 0, output: expect.any(String) });
  });
});
