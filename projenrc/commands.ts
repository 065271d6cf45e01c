import type { awscdk } from 'projen';
import { IgnoreFile, JsonFile, javascript } from 'projen';

/** Every hand-written page: `.prettierignore` excludes generated ones. */
const MARKDOWN = "'**/*.md'";

/** The commands (`npx projen <name>`) and the configuration of their tools. */
export function commands(project: awscdk.AwsCdkConstructLibrary): void {
  const script = (name: string, description: string, exec: string) =>
    project.addTask(name, { description, steps: [{ exec, receiveArgs: true }] });

  // The SDK warns about the Node version of contributors, although handlers run on Node 24.
  project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

  const handlers = script('handlers', 'Bundle every src/**/*.lambda.ts into assets/', 'tsx projenrc/bundle-handlers.ts');
  project.preCompileTask.spawn(handlers);
  project.compileTask.exec('tsx projenrc/lazy-exports.ts');

  const lint = project.addTask('lint', { description: 'Check formatting, style, types and import directions' });
  // Types take as long as all others.
  const checks = [
    'tsc --noEmit -p tsconfig.check.json',
    'biome check --error-on-warnings .',
    'depcruise --config .dependency-cruiser.cjs src integ examples test packaging',
    'tsx projenrc/draw-imports.ts --check',
    'tsx projenrc/check-regexes.ts',
    'tsx projenrc/check-words.ts',
    'tsx projenrc/check-dockerfiles.ts',
    `prettier --log-level warn --check ${MARKDOWN}`,
  ];
  lint.exec(`tsx projenrc/together.ts ${checks.map((check) => `"${check}"`).join(' ')}`);
  const format = project.addTask('format', { description: 'Format all files and apply the fixes of the linter' });
  format.exec('biome check --write .');
  format.exec(`prettier --log-level warn --write ${MARKDOWN}`);

  project.deps.removeDependency('ts-jest');
  if (project.jest) project.jest.config.transform = typesRemoved;
  project.testTask.reset('jest --ci', { receiveArgs: true });
  project.testTask.prependSpawn(handlers);
  script(
    'test:engines',
    'Run the tests that need real engines (downloaded on first use)',
    'jest --ci --config integ/jest.config.json',
  ).prependSpawn(handlers);

  // The example imports the package by its name, which tsconfig.check.json maps to the sources, so that no build is needed.
  script(
    'nag',
    'Check each construct and example with six cdk-nag rule packs, and write reports/nag',
    'tsx --tsconfig tsconfig.check.json integ/reports/nag/nag.ts',
  ).prependSpawn(handlers);
  script('integ', 'Run the integration tests on this machine', 'tsx integ/test-runner/cli.ts').prependSpawn(handlers);
  script(
    'integ:aws',
    'Run the integration tests on AWS with integ-runner; --dry-run only compares snapshots',
    'tsx integ/test-runner/aws.ts',
  ).prependSpawn(handlers);
  script('sandbox', 'Run any cloud assembly on this machine until Ctrl-C', 'tsx integ/sandbox/cli.ts');
  script(
    'prerequisites',
    'List what an account needs before the first deployment: for docs, or for an app (cdk.out)',
    'tsx --tsconfig tsconfig.check.json integ/reports/prerequisites/cli.ts',
  ).prependSpawn(handlers);
  script(
    'costs',
    'Estimate what an example, or an app (--app cdk.out --usage file), costs a month',
    'tsx --tsconfig tsconfig.check.json integ/reports/costs/cli.ts',
  ).prependSpawn(handlers);
  script('diagram', 'Draw an example, from its template', 'tsx --tsconfig tsconfig.check.json integ/reports/diagram/cli.ts').prependSpawn(
    handlers,
  );
  script('start', 'Run an example on this machine until Ctrl-C: npx projen start <system>', 'tsx integ/systems/start.ts');
  script(
    'trace',
    'Follow one request through the system that projen start runs: npx projen trace <correlation id>',
    'tsx integ/systems/trace.ts',
  );
  script(
    'dashboard',
    'Draw the dashboards of the system that projen start runs, or of a morning of the school platform (--morning)',
    'tsx integ/systems/dashboard.ts',
  );
  script(
    'government-api',
    'Run a government API that does everything wrong on this machine until Ctrl-C',
    'tsx integ/government-api/cli.ts',
  );
  script(
    'verify-audit',
    'Verify the audit of a government sync: npx projen verify-audit <folder or s3://bucket> <period>',
    'tsx --tsconfig tsconfig.check.json integ/reports/audit/cli.ts',
  );
  script(
    'check-messages',
    'List who is subscribed to topics of alarms, and send a test alarm: npx projen check-messages <topic ARN> --test <alarm>',
    'tsx integ/reports/messages/cli.ts',
  );
  script('prove', 'List the proofs, or run one: npx projen prove <name>', 'tsx integ/proofs/prove.ts');
  const baseline = 'tsx --tsconfig tsconfig.check.json integ/reports/baseline/cli.ts';
  script('baseline', 'Compare the API and the templates with those of the last release', baseline);
  script('release:baseline', 'Write baseline/ for the newest version in the changelog', `${baseline} --write`);
  script('bench', 'Run the benchmarks of docs/benchmarks.md', 'tsx integ/bench/bench.ts');
  script('draw', 'Draw the imports between folders, into docs/imports.md', 'tsx projenrc/draw-imports.ts');
  script('lines', 'Count the lines of code of the sandbox and the library', 'tsx projenrc/lines.ts');
  const demo = project.addTask('demo', { description: 'Run the demo on this machine: 5,000 students of 40 schools open an app at recess' });
  demo.exec('tsx integ/systems/school-platform/demo/demo.ts', { receiveArgs: true });

  new JsonFile(project, '.prettierrc.json', { marker: false, obj: { printWidth: 120, proseWrap: 'always', singleQuote: true } });
  new IgnoreFile(project, '.prettierignore').addPatterns(
    '/API.md',
    '/docs/imports.md',
    '/docs/before-you-deploy.md',
    '/docs/benchmarks.md',
    '/examples/*/COSTS.md',
    '/reports/',
  );
  new JsonFile(project, 'biome.json', { marker: false, obj: biome });
  new JsonFile(project, 'tsconfig.check.json', { obj: checkedSources });
  new JsonFile(project, 'integ/jest.config.json', { marker: false, obj: engineTests });
}

const biome = {
  root: true,
  vcs: { enabled: true, clientKind: 'git', useIgnoreFile: true },
  files: {
    includes: [
      '**/*.ts',
      '**/*.mjs',
      'examples/**/*.js',
      '**/*.cjs',
      '**/*.json',
      '!**/*.snapshot',
      '!.projen',
      '!baseline',
      '!package.json',
      '!package-lock.json',
      '!tsconfig*.json',
      '!**/tsconfig.json',
      '!biome.json',
      '!integ/jest.config.json',
      '!packaging/jest.config.json',
    ],
  },
  formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 140 },
  javascript: { formatter: { quoteStyle: 'single' } },
  assist: { actions: { source: { organizeImports: 'on' } } },
  linter: {
    rules: {
      preset: 'recommended',
      // IAM policy variables are written '${aws:PrincipalTag/…}'.
      suspicious: { noTemplateCurlyInString: 'off', noExplicitAny: 'error' },
    },
  },
};

const checkedSources = {
  extends: './tsconfig.json',
  compilerOptions: {
    noEmit: true,
    rootDir: '.',
    declaration: false,
    inlineSourceMap: false,
    inlineSources: false,
    stripInternal: false,
    // Maps the package's name to its sources, so that type checks need no build.
    paths: { 'cdk-andamio': ['./src/index.ts'], 'cdk-andamio/tenant-sessions': ['./src/runtime/tenant-sessions.ts'] },
  },
  include: ['src/**/*.ts', 'test/**/*.ts', 'integ/**/*.ts', 'examples/**/*.ts', 'packaging/**/*.ts', 'projenrc/**/*.ts', '.projenrc.ts'],
  exclude: ['node_modules', '**/cdk.out', '**/*.d.ts'],
};

/** Each test run has its own temporary folder and fails if anything is left in it (test/run). */
export const runFolder = {
  globalSetup: '<rootDir>/test/run/setup.ts',
  globalTeardown: '<rootDir>/test/run/teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/run/each-file.ts'],
};

/** The package's name, which examples import, stands for its sources, so that tests need no build. */
export const packageSources = {
  '^cdk-andamio$': '<rootDir>/src',
  '^cdk-andamio/tenant-sessions$': '<rootDir>/src/runtime/tenant-sessions',
};

/** How tests become JavaScript: types are removed, and nothing more, because `lint` checks them (ADR-129). */
export const typesRemoved = {
  '^.+\\.ts$': new javascript.Transform('@swc/jest', { jsc: { parser: { syntax: 'typescript' } } }),
};

const engineTests = {
  rootDir: '..',
  testMatch: ['<rootDir>/integ/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/setup.ts'],
  ...runFolder,
  moduleNameMapper: packageSources,
  transform: typesRemoved,
  testTimeout: 120_000,
  // One more than CI has cores: these tests wait for engines and intervals almost half of their time.
  maxWorkers: 3,
};
