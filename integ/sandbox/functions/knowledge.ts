import type { Identity, PropertyKnowledge, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const arn = (of: Identity, service: string, resource: string) => `arn:aws:${service}:${of.region}:${of.account}:${resource}`;
const functionName = (of: Identity) => of.name('FunctionName', 64);
const NO_NETWORK = 'needs AWS: there is no network to attach to; functions reach this machine only';
const NEWEST = 'needs AWS: the newest release of the runtime runs here';
const tags: PropertyKnowledge = 'asserted only: nothing here acts on tags';

const lambdaFunction: TypeKnowledge = {
  type: 'AWS::Lambda::Function',
  standing: 'run',
  reason: 'its own code on the Node.js that it names, in a process of its own, with its role, environment, timeout and concurrency',
  properties: {
    'Code.S3Bucket': 'run',
    'Code.S3Key': 'run',
    'Code.ZipFile': 'run',
    FunctionName: 'run',
    Handler: 'run',
    Runtime: 'run',
    Role: 'run',
    Timeout: 'run',
    MemorySize: 'asserted only: it limits the heap of the process; how much processor it buys only AWS can show',
    'Environment.Variables': 'run',
    ReservedConcurrentExecutions:
      'asserted only: events above it are throttled; of those below at most 10 run at a time here, the others wait',
    PackageType: 'run',
    'LoggingConfig.LogGroup': 'run',
    'LoggingConfig.LogFormat': 'run',
    'LoggingConfig.ApplicationLogLevel': 'run',
    'LoggingConfig.SystemLogLevel': 'run',
    Description: 'asserted only: it is for people',
    Architectures: "asserted only: functions run on this machine's own architecture",
    'EphemeralStorage.Size': 'asserted only: the temporary folder has no limit here',
    Tags: tags,
    KmsKeyArn: 'needs AWS: environment variables are not encrypted here; whether the role may decrypt them is evaluated',
    'TracingConfig.Mode': 'needs AWS: no traces are recorded',
    ...members('VpcConfig', NO_NETWORK, ['Ipv6AllowedForDualStack', 'SecurityGroupIds', 'SubnetIds']),
    'DeadLetterConfig.TargetArn': 'run',
    CodeSigningConfigArn: 'needs AWS: signatures of code are not checked here',
    ...members('RuntimeManagementConfig', NEWEST, ['RuntimeVersionArn', 'UpdateRuntimeOn']),
    RecursiveLoop: 'needs AWS: loops are not detected here',
  },
  ref: functionName,
  attributes: { Arn: (of) => arn(of, 'lambda', `function:${functionName(of)}`) },
};

const eventSourceMapping: TypeKnowledge = {
  type: 'AWS::Lambda::EventSourceMapping',
  standing: 'run',
  reason:
    "one poller asks the queue with the function's role and fills one batch after the other; AWS starts with five side by side, and adds more, so that batches may be less full there",
  properties: {
    EventSourceArn: 'run',
    FunctionName: 'run',
    BatchSize: 'run',
    MaximumBatchingWindowInSeconds: 'run',
    Enabled: 'run',
    FunctionResponseTypes: 'run',
    'ScalingConfig.MaximumConcurrency': 'asserted only: no more batches than this are under way; at most 10 of them run at a time here',
    'MetricsConfig.Metrics': 'needs AWS: no CloudWatch metrics are made here',
    Tags: tags,
  },
  ref: mappingId,
  attributes: { Id: mappingId, EventSourceMappingArn: (of) => arn(of, 'lambda', `event-source-mapping:${mappingId(of)}`) },
};

function mappingId(of: Identity): string {
  const token = of.token(32);
  return [token.slice(0, 8), token.slice(8, 12), token.slice(12, 16), token.slice(16, 20), token.slice(20)].join('-');
}

const permission: TypeKnowledge = {
  type: 'AWS::Lambda::Permission',
  standing: 'evaluated',
  reason: "part of the function's policy at the door",
  properties: {
    Action: 'evaluated',
    FunctionName: 'evaluated',
    Principal: 'evaluated',
    SourceArn: 'evaluated',
    SourceAccount: 'evaluated',
    FunctionUrlAuthType: 'evaluated',
    PrincipalOrgID: 'evaluated',
  },
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

const functionOf = (of: Identity) => String(of.property('FunctionName')).split(':').pop();

const version: TypeKnowledge = {
  type: 'AWS::Lambda::Version',
  standing: 'run',
  reason: 'runs as the latest code: one assembly holds one version',
  properties: {
    FunctionName: 'run',
    Description: 'asserted only: it is for people',
    CodeSha256: 'asserted only: the code of the assembly is what runs',
    'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions': 'needs AWS: nothing is started ahead of the first event',
  },
  ref: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`),
  attributes: { Version: () => '1', FunctionArn: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`) },
};

const aliasArn = (of: Identity) => arn(of, 'lambda', `function:${functionOf(of)}:${of.property('Name')}`);

const alias: TypeKnowledge = {
  type: 'AWS::Lambda::Alias',
  standing: 'run',
  reason: 'leads to the latest code: one assembly holds one version',
  properties: {
    FunctionName: 'run',
    FunctionVersion: 'run',
    Name: 'run',
    Description: 'asserted only: it is for people',
    'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions': 'needs AWS: nothing is started ahead of the first event',
  },
  ref: aliasArn,
  attributes: { AliasArn: aliasArn },
};

const logGroupName = (of: Identity) => of.name('LogGroupName', 512);

const logGroup: TypeKnowledge = {
  type: 'AWS::Logs::LogGroup',
  standing: 'run',
  reason: 'what functions and the gateway write to it is kept for the run, the last 10,000 lines of each group',
  properties: {
    LogGroupName: 'run',
    RetentionInDays: 'asserted only: the last 10,000 lines are kept, as long as the run',
    LogGroupClass: 'asserted only: lines are kept in memory',
    KmsKeyId: 'evaluated',
    DataProtectionPolicy: 'needs AWS: nothing is masked here',
    ResourcePolicyDocument: 'needs AWS: only what runs in the sandbox writes',
    DeletionProtectionEnabled: 'asserted only: nothing is deleted before the run ends',
    FieldIndexPolicies: 'needs AWS: there is no index',
    Tags: tags,
  },
  ref: logGroupName,
  attributes: { Arn: (of) => `${arn(of, 'logs', `log-group:${logGroupName(of)}`)}:*` },
};

const customResource = (type: string): TypeKnowledge => ({
  type,
  standing: 'run',
  reason: 'its own provider function gets a Create request; no Delete is sent when the sandbox closes',
  properties: { '*': 'run' },
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
});

/** What this box knows: functions with what leads to them, log groups and custom resources. */
export const knowledge: TypeKnowledge[] = [
  lambdaFunction,
  eventSourceMapping,
  permission,
  version,
  alias,
  logGroup,
  customResource('AWS::CloudFormation::CustomResource'),
  customResource('Custom::*'),
];
