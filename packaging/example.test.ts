import { cpSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { OwnApp, tarball } from './own-app';

const ROOT = resolve(__dirname, '..');
const EXAMPLE = join(ROOT, 'examples', 'school-platform');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const app = new OwnApp();
beforeAll(async () => {
  cpSync(EXAMPLE, app.folder, { recursive: true, filter: (path) => !['node_modules', 'dist', 'cdk.out'].includes(basename(path)) });
  const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
  // What the example's page tells a person to install.
  const [, packages] = /`npm install ([^`]+)`/.exec(readme) ?? [];
  await app.install([tarball(), ...packages.split(' '), `aws-cdk@${manifest.devDependencies['aws-cdk']}`]);
});
afterAll(() => app.remove());

test("the CDK's command synthesizes a copy of the school platform's folder, with the package", async () => {
  const synthesis = await app.run('npx', ['--no', '--', 'cdk', 'synth', '--quiet', '-c', 'appUrl=https://schools.example'], {
    CDK_VALIDATION: 'false',
  });
  // The output says why it fails.
  expect(synthesis.code === 0 ? '' : synthesis.output).toBe('');
  const { Resources } = JSON.parse(readFileSync(join(app.folder, 'cdk.out', 'SchoolPlatform.template.json'), 'utf8'));
  expect(Object.keys(Resources).length).toBeGreaterThan(300);
});
