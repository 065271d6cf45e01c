// The direction of imports (docs/decisions/ADR-002, ADR-052): examples → src/<construct> → src/core/private → src/core → src/core/private/base → src/runtime,
// and a wall between the library and the sandbox.
const construct = '^src/([^/]+)/';
/** Code that runs: handlers, and what they share. */
const handlers = '^src/(runtime/|.*\\.lambda\\.ts$|[^/]+/lambda/)';
/** Tests and what they share. */
const tests = '\\.test\\.ts$|/(fixtures|testing)\\.ts$|/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-no-construct',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/(?!core/|runtime/)' },
    },
    {
      name: 'values-need-the-base-only',
      comment: 'What index.ts exports of core stands below what constructs share.',
      severity: 'error',
      from: { path: '^src/core/[^/]+\\.ts$' },
      to: { path: '^src/core/private/(?!base/)' },
    },
    {
      name: 'the-base-needs-nothing-above-it',
      severity: 'error',
      from: { path: '^src/core/private/base/' },
      to: { path: '^src/core/(?!private/base/)' },
    },
    {
      name: 'the-runtime-needs-nothing-of-the-library',
      comment: 'It is bundled into handlers, and services import it.',
      severity: 'error',
      from: { path: '^src/runtime/' },
      to: { path: '^src/(?!runtime/)' },
    },
    {
      name: 'code-that-runs-loads-no-cdk',
      severity: 'error',
      from: { path: handlers },
      to: { path: '^src/core/|/(aws-cdk-lib|constructs)/', reachable: true },
    },
    {
      name: 'constructs-meet-at-their-index',
      comment: 'A construct uses another one by its public face only. lake-rewrite is no construct: compaction and erasure share it.',
      severity: 'error',
      from: { path: construct },
      to: { path: '^src/(?!core/|runtime/|lake-rewrite/)([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'library-knows-nothing-of-its-proof',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(integ|examples|test|projenrc)/' },
    },
    {
      name: 'sandbox-knows-only-the-assembly',
      comment: 'It runs any CDK app, so it cannot be written to flatter ours.',
      severity: 'error',
      from: { path: '^integ/sandbox/' },
      to: { path: '^(src|lib|examples|test|assets)/|^cdk-andamio$' },
    },
    {
      name: 'services-import-the-kit-only',
      comment: 'A service reaches another one by what it offers (service-module.ts). Tests may use other services.',
      severity: 'error',
      from: { path: '^integ/sandbox/services/([^/]+)/', pathNot: tests },
      to: { path: '^integ/sandbox/(services|coverage)/', pathNot: '^integ/sandbox/services/$1/' },
    },
    {
      name: 'the-kit-knows-no-service',
      comment: 'services/index.ts is the only list.',
      severity: 'error',
      from: { path: '^integ/sandbox/(assembly|endpoint|iam|protocol|engines|process)/', pathNot: tests },
      to: { path: '^integ/sandbox/(services|coverage)/' },
    },
    {
      name: 'services-are-started-from-the-list',
      severity: 'error',
      from: { path: '^integ/sandbox/[^/]+\\.ts$', pathNot: tests },
      to: { path: '^integ/sandbox/services/(?!index\\.ts$)' },
    },
    {
      name: 'the-sandbox-is-used-by-its-index',
      comment: 'What stands alone is named here; tests and benchmarks look inside.',
      severity: 'error',
      from: { path: '^integ/(kit|systems|proofs|test-runner)/', pathNot: tests },
      to: {
        path: '^integ/sandbox/',
        pathNot: [
          '^integ/sandbox/index\\.ts$',
          // Servers on this machine, engines, policies as AWS reads them, and custom resources of a running sandbox.
          '^integ/sandbox/(process/loopback|engines/.*|iam/documents|iam/evaluation/index|iam/managed|services/cloudformation/custom-resources)\\.ts$',
          // What a caller's input costs is measured at its reader, and a proof reads an assembly without running it.
          '^integ/sandbox/(assembly/.*|start-services|services/index|services/apigateway/(exchange|variables|vtl/.*))\\.ts$',
        ],
      },
    },
    {
      name: 'the-kit-knows-no-system',
      severity: 'error',
      from: { path: '^integ/kit/' },
      to: { path: '^(integ/(?!kit/|sandbox/)|examples/|src/|test/)' },
    },
    {
      name: 'systems-import-kit-and-sandbox',
      comment: 'Nothing of a system imports a proof or another system.',
      severity: 'error',
      from: { path: '^integ/systems/([^/]+)/' },
      to: { path: '^integ/', pathNot: '^integ/(kit|sandbox|government-api)/|^integ/systems/$1/' },
    },
    {
      name: 'the-government-api-knows-no-client',
      comment: 'It stands for an API of somebody else, so it cannot be written to please our client.',
      severity: 'error',
      from: { path: '^integ/government-api/' },
      to: { path: '^(integ/(?!government-api/|kit/random\\.ts$|sandbox/process/(loopback|ports|clock)\\.ts$)|examples/|src/|lib/|test/)' },
    },
    {
      name: 'the-sandbox-imports-nothing-above-it',
      severity: 'error',
      from: { path: '^integ/sandbox/' },
      to: { path: '^integ/(?!sandbox/)' },
    },
    {
      name: 'proofs-are-imported-by-nobody',
      severity: 'error',
      from: { path: '^integ/(kit|systems|constructs|reports|test-runner|bench|government-api)/' },
      to: { path: '^integ/proofs/' },
    },
    {
      name: 'examples-import-the-package-by-its-name',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(src|integ|test)/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'consumers-install-peers-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.lambda\\.ts$|/lambda/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'], pathNot: '/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'the-package-has-no-folder-lambda',
      comment: 'Handlers are packed as bundles: only types of what is in the folder may be imported by constructs.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.lambda\\.ts$|/lambda/' },
      to: { path: '^src/[^/]+/lambda/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-second-opinion',
      comment: 'iam-simulate (AGPL-3.0) is called in one place, which no package contains and the sandbox does not import.',
      severity: 'error',
      from: { pathNot: '^integ/kit/second-opinion\\.ts$|node_modules' },
      to: { path: '(^|/)@cloud-copilot/iam-simulate(/|$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|^lib/' },
    exclude: { path: 'cdk\\.out|\\.snapshot/' },
    tsConfig: { fileName: 'tsconfig.check.json' },
    tsPreCompilationDeps: true,
  },
};
