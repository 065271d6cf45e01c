// The direction of imports (docs/decisions/ADR-002): examples → src/<construct> → src/core, and a wall between the library and the sandbox.
const construct = '^src/([^/]+)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-no-construct',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/(?!core/)' },
    },
    {
      name: 'constructs-meet-at-their-index',
      comment: 'A construct uses another one by its public face only.',
      severity: 'error',
      from: { path: construct },
      to: { path: '^src/(?!core/)([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
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
      name: 'boxes-meet-at-the-contracts',
      comment: 'A box of the sandbox imports its own folder and what all boxes share; sandbox.ts wires them. Tests may use other boxes.',
      severity: 'error',
      from: { path: '^integ/sandbox/([^/]+)/', pathNot: '\\.test\\.ts$|/(fixtures|testing)\\.ts$' },
      to: { path: '^integ/sandbox/[^/]+/', pathNot: '^integ/sandbox/($1|runs)/' },
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
  ],
  options: {
    doNotFollow: { path: 'node_modules|^lib/' },
    exclude: { path: 'cdk\\.out|\\.snapshot/' },
    tsConfig: { fileName: 'tsconfig.check.json' },
    tsPreCompilationDeps: true,
  },
};
