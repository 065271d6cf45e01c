import { members } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const arn = (of: Identity, service: string, resource: string) => `arn:aws:${service}:${of.region}:${of.account}:${resource}`;
const functionName = (of: Identity) => of.name('FunctionName', 64);
const NO_NETWORK = 'AWS only: there is no network to attach to; functions reach this machine only';
const NEWEST = 'AWS only: the newest release of the runtime runs here';
const tags: PropertySupport = 'template only: nothing here acts on tags';

const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  support: 'runs',
  reason: 'its own code on the Node.js that it names, in a process of its own, with its role, environment, timeout and concurrency',
  properties: {
    'Code.S3Bucket': 'runs',
    'Code.S3Key': 'runs',
    'Code.ZipFile': 'runs',
    FunctionName: 'runs',
    Handler: 'runs',
    Runtime: 'runs',
    Layers: 'runs',
    Role: 'runs',
    Timeout: 'runs',
    MemorySize: 'template only: it limits the heap of the process; how much processor it buys only AWS can show',
    'Environment.Variables': 'runs',
    ReservedConcurrentExecutions:
      'template only: events above it are throttled; of those below at most 10 run at a time here, the others wait',
    PackageType: 'runs',
    'LoggingConfig.LogGroup': 'runs',
    'LoggingConfig.LogFormat': 'runs',
    'LoggingConfig.ApplicationLogLevel': 'runs',
    'LoggingConfig.SystemLogLevel': 'runs',
    Description: 'template only: it is for people',
    Architectures: "template only: functions run on this machine's own architecture",
    'EphemeralStorage.Size': 'template only: the temporary folder has no limit here',
    Tags: tags,
    KmsKeyArn: 'AWS only: environment variables are not encrypted here; whether the role may decrypt them is evaluated',
    'TracingConfig.Mode': 'AWS only: no traces are recorded',
    ...members('VpcConfig', NO_NETWORK, ['Ipv6AllowedForDualStack', 'SecurityGroupIds', 'SubnetIds']),
    'DeadLetterConfig.TargetArn': 'runs',
    CodeSigningConfigArn: 'AWS only: signatures of code are not checked here',
    ...members('RuntimeManagementConfig', NEWEST, ['RuntimeVersionArn', 'UpdateRuntimeOn']),
    RecursiveLoop: 'AWS only: loops are not detected here',
  },
  ref: functionName,
  attributes: { Arn: (of) => arn(of, 'lambda', `function:${functionName(of)}`) },
};

const eventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  support: 'runs',
  reason:
    "one poller asks the queue with the function's role and fills one batch after the other; AWS starts with five side by side, and adds more, so that batches may be less full there",
  properties: {
    EventSourceArn: 'runs',
    FunctionName: 'runs',
    BatchSize: 'runs',
    MaximumBatchingWindowInSeconds: 'runs',
    Enabled: 'runs',
    FunctionResponseTypes: 'runs',
    'ScalingConfig.MaximumConcurrency': 'template only: no more batches than this are under way; at most 10 of them run at a time here',
    'MetricsConfig.Metrics': 'AWS only: no CloudWatch metrics are made here',
    Tags: tags,
  },
  ref: mappingId,
  attributes: { Id: mappingId, EventSourceMappingArn: (of) => arn(of, 'lambda', `event-source-mapping:${mappingId(of)}`) },
};

function mappingId(of: Identity): string {
  const token = of.token(32);
  return [token.slice(0, 8), token.slice(8, 12), token.slice(12, 16), token.slice(16, 20), token.slice(20)].join('-');
}

const permission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  support: 'evaluated',
  reason: "part of the function's policy at the endpoint",
  properties: {
    Action: 'evaluated',
    FunctionName: 'evaluated',
    Principal: 'evaluated',
    SourceArn: 'evaluated',
    SourceAccount: 'evaluated',
    FunctionUrlAuthType: 'evaluated',
    InvokedViaFunctionUrl: 'evaluated',
    PrincipalOrgID: 'evaluated',
  },
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

const functionOf = (of: Identity) => String(of.property('FunctionName')).split(':').pop();

const version: ResourceType = {
  type: 'AWS::Lambda::Version',
  support: 'runs',
  reason: 'runs as the latest code: one assembly holds one version',
  properties: {
    FunctionName: 'runs',
    Description: 'template only: it is for people',
    CodeSha256: 'template only: the code of the assembly is what runs',
    'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions': 'AWS only: nothing is started ahead of the first event',
  },
  ref: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`),
  attributes: { Version: () => '1', FunctionArn: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`) },
};

const aliasArn = (of: Identity) => arn(of, 'lambda', `function:${functionOf(of)}:${of.property('Name')}`);

const alias: ResourceType = {
  type: 'AWS::Lambda::Alias',
  support: 'runs',
  reason: 'leads to the latest code: one assembly holds one version',
  properties: {
    FunctionName: 'runs',
    FunctionVersion: 'runs',
    Name: 'runs',
    Description: 'template only: it is for people',
    'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions': 'AWS only: nothing is started ahead of the first event',
  },
  ref: aliasArn,
  attributes: { AliasArn: aliasArn },
};

const eventInvokeConfig: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  support: 'runs',
  reason: 'how often a failed event of an asynchronous caller is tried again, how old it may become, and who is told how it ended',
  properties: {
    FunctionName: 'runs',
    Qualifier: 'runs',
    MaximumRetryAttempts: 'runs',
    MaximumEventAgeInSeconds: 'runs',
    'DestinationConfig.OnSuccess.Destination': 'runs',
    'DestinationConfig.OnFailure.Destination': 'runs',
  },
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

const layerArn = (of: Identity) => arn(of, 'lambda', `layer:${of.name('LayerName', 140)}:1`);

const layer: ResourceType = {
  type: 'AWS::Lambda::LayerVersion',
  support: 'runs',
  reason: 'its content is a folder of this machine, from which modules, programs and libraries are taken, and what code requires of /opt',
  properties: {
    'Content.S3Bucket': 'runs',
    'Content.S3Key': 'runs',
    LayerName: 'runs',
    CompatibleArchitectures: "template only: functions run on this machine's own architecture",
    CompatibleRuntimes: 'template only: it is for people',
    Description: 'template only: it is for people',
    LicenseInfo: 'template only: it is for people',
  },
  ref: layerArn,
  attributes: { LayerVersionArn: layerArn },
};

const layerPermission: ResourceType = {
  type: 'AWS::Lambda::LayerVersionPermission',
  support: 'template only',
  reason: 'one account runs here',
  properties: {},
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

/** Functions, and what leads to them. */
export const lambdaTypes: ResourceType[] = [
  lambdaFunction,
  eventSourceMapping,
  permission,
  version,
  alias,
  eventInvokeConfig,
  layer,
  layerPermission,
];
