import type { awscdk } from 'projen';
import { JsonFile } from 'projen';
import { typesRemoved } from './commands';

/** The contents of the package: its subpath exports, its files, and the tasks that build them. */
export function packaging(project: awscdk.AwsCdkConstructLibrary): void {
  const sessions = './lib/runtime/tenant-sessions';
  // The package can be imported by its own name inside the repository: the examples do, like a consumer.
  project.package.addField('exports', {
    '.': { types: './lib/index.d.ts', default: './lib/index.js' },
    // For run-time code, which has the SDK: it loads no CDK (src/runtime/tenant-sessions.ts).
    './tenant-sessions': { types: `${sessions}.d.ts`, default: `${sessions}.js` },
    './package.json': './package.json',
    './.jsii': './.jsii',
    './.warnings.jsii.js': './.warnings.jsii.js',
  });
  // The same for `moduleResolution: node10`, which ignores `exports`. Node.js itself always reads `exports`.
  project.package.addField('typesVersions', { '*': { 'tenant-sessions': [`${sessions}.d.ts`] } });

  // A list of what to include, because a working copy also contains engines, reports and files of runs.
  const code = ['/lib/**/*.js', '/lib/**/*.d.ts', '!/lib/**/lambda/**', '/assets/**/index.js', '/.jsii'];
  // Pages are packed together with the pages that they link to.
  const pages = [
    '/*.md',
    '/src/**/README.md',
    '/docs/**/*.md',
    '/examples/**/*.ts',
    '/examples/**/*.md',
    '/examples/*/cdk.json',
    '/examples/*/*.svg',
    '/examples/*/usage/*.json',
  ];
  project.package.addField('files', [...code, ...pages, '!**/cdk.out/**']);

  // Install scripts of dependencies: none is needed, and npm would list them at each `npm ci`. The platform binaries
  // of esbuild, swc and unrs-resolver are separate packages; @parcel/watcher is for a watch mode that is not used here.
  project.package.addField('allowScripts', { '@parcel/watcher': false, '@swc/core': false, esbuild: false, 'unrs-resolver': false });

  project.compileTask.exec('tsx projenrc/package/clean.ts');

  const library = project.addTask('library', {
    description: 'Compile the library and bundle its handlers, for examples and proofs (jsii, without docs)',
  });
  library.spawn(project.preCompileTask);
  library.spawn(project.compileTask);

  // npm runs it before every pack.
  project.addTask('prepack', { description: 'Check that everything in the package is built', exec: 'tsx projenrc/package/check.ts' });

  const condition = 'tsx projenrc/package/stale.ts';
  for (const name of ['docgen', 'package:js', 'package:java', 'package:python', 'package:dotnet', 'package:go']) {
    project.tasks.tryFind(name)?.prependSpawn(library, { condition });
  }
  // After the steps that need no compiled library, which are quicker.
  const lint = project.tasks.tryFind('lint');
  lint?.spawn(library, { condition });
  lint?.exec('tsx projenrc/check-api.ts');

  const test = project.addTask('test:package', {
    description: 'Test the package as users get it: install it in apps outside the repository',
  });
  const js = project.tasks.tryFind('package:js');
  if (js) test.spawn(js);
  test.exec('jest --ci --config packaging/jest.config.json', { receiveArgs: true });
  new JsonFile(project, 'packaging/jest.config.json', {
    marker: false,
    obj: {
      rootDir: '..',
      testMatch: ['<rootDir>/packaging/**/*.test.ts'],
      transform: typesRemoved,
      testTimeout: 300_000,
      maxWorkers: 2,
    },
  });
}
