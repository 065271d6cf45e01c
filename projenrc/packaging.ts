import type { awscdk } from 'projen';
import { JsonFile } from 'projen';

/** What is packed and how: the subpaths of the package, its files, and the tasks that build them first. */
export function packaging(project: awscdk.AwsCdkConstructLibrary): void {
  const sessions = './lib/runtime/tenant-sessions';
  // The package can be imported by its own name inside the repository: the examples do, as a consumer would.
  project.package.addField('exports', {
    '.': { types: './lib/index.d.ts', default: './lib/index.js' },
    // For code that runs, with the SDK that it has: it loads no CDK (src/runtime/tenant-sessions.ts).
    './tenant-sessions': { types: `${sessions}.d.ts`, default: `${sessions}.js` },
    './package.json': './package.json',
    './.jsii': './.jsii',
    './.warnings.jsii.js': './.warnings.jsii.js',
  });
  // The same for `moduleResolution: node10`, which reads no exports; Node.js itself does, whatever the compiler reads.
  project.package.addField('typesVersions', { '*': { 'tenant-sessions': [`${sessions}.d.ts`] } });

  // A list of what goes in, not of what stays out: engines, reports and runs lie about in a working copy.
  const code = ['/lib/**/*.js', '/lib/**/*.d.ts', '!/lib/**/lambda/**', '/assets/**/index.js', '/.jsii'];
  // Pages come with what they link to.
  const pages = ['/*.md', '/src/**/README.md', '/docs/**/*.md', '/examples/**/*.ts', '/examples/**/*.md', '/examples/*/cdk.json'];
  project.package.addField('files', [...code, ...pages, '!**/cdk.out/**']);

  // Install scripts of dependencies: none of them is needed, and npm would list them at each `npm ci`. The platform's binaries
  // of esbuild and unrs-resolver are packages of their own; @parcel/watcher serves a watch mode that nothing here uses.
  project.package.addField('allowScripts', { '@parcel/watcher': false, esbuild: false, 'unrs-resolver': false });

  project.compileTask.exec('tsx projenrc/package/clean.ts');

  const library = project.addTask('library', { description: 'Compile what examples and proofs import (jsii, without docs)' });
  library.spawn(project.preCompileTask);
  library.spawn(project.compileTask);

  // npm runs it before it packs, whoever asks for it.
  project.addTask('prepack', { description: 'Check that what is packed was built', exec: 'tsx projenrc/package/check.ts' });

  const condition = 'tsx projenrc/package/stale.ts';
  for (const name of ['docgen', 'package:js', 'package:java', 'package:python', 'package:dotnet', 'package:go']) {
    project.tasks.tryFind(name)?.prependSpawn(library, { condition });
  }

  const test = project.addTask('test:package', { description: 'Install the package in apps of its own, as a user would' });
  const js = project.tasks.tryFind('package:js');
  if (js) test.spawn(js);
  test.exec('jest --ci --config packaging/jest.config.json', { receiveArgs: true });
  new JsonFile(project, 'packaging/jest.config.json', {
    marker: false,
    obj: {
      rootDir: '..',
      testMatch: ['<rootDir>/packaging/**/*.test.ts'],
      transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
      testTimeout: 300_000,
      maxWorkers: 2,
    },
  });
}
