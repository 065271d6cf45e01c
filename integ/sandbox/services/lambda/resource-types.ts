import { supported, uuid } from '../../assembly/resource-types';
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
  properties: supported(
    [
      'runs',
      'Code.{S3Bucket,S3Key,ZipFile} FunctionName Handler Runtime Layers Role Timeout PackageType Environment.Variables',
      'LoggingConfig.{LogGroup,LogFormat,ApplicationLogLevel,SystemLogLevel} DeadLetterConfig.TargetArn',
    ],
    ['template only: it limits the heap of the process; how much processor it buys only AWS can show', 'MemorySize'],
    [
      'template only: events above it are throttled; of those below at most 10 run at a time here, the others wait',
      'ReservedConcurrentExecutions',
    ],
    ['template only: it is for people', 'Description'],
    ["template only: functions run on this machine's own architecture", 'Architectures'],
    ['template only: the temporary folder has no limit here', 'EphemeralStorage.Size'],
    [tags, 'Tags'],
    ['AWS only: environment variables are not encrypted here; whether the role may decrypt them is evaluated', 'KmsKeyArn'],
    ['AWS only: no traces are recorded', 'TracingConfig.Mode'],
    [NO_NETWORK, 'VpcConfig.{Ipv6AllowedForDualStack,SecurityGroupIds,SubnetIds}'],
    ['AWS only: signatures of code are not checked here', 'CodeSigningConfigArn'],
    [NEWEST, 'RuntimeManagementConfig.{RuntimeVersionArn,UpdateRuntimeOn}'],
    ['AWS only: loops are not detected here', 'RecursiveLoop'],
  ),
  ref: functionName,
  attributes: { Arn: (of) => arn(of, 'lambda', `function:${functionName(of)}`) },
};

const mappingId = (of: Identity) => uuid(of.token(32));
const eventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  support: 'runs',
  reason:
    "one poller asks the queue with the function's role and fills one batch after the other; AWS starts with five side by side, and adds more, so that batches may be less full there",
  properties: supported(
    ['runs', 'EventSourceArn FunctionName BatchSize MaximumBatchingWindowInSeconds Enabled FunctionResponseTypes'],
    ['template only: no more batches than this are under way; at most 10 of them run at a time here', 'ScalingConfig.MaximumConcurrency'],
    ['AWS only: no CloudWatch metrics are made here', 'MetricsConfig.Metrics'],
    [tags, 'Tags'],
  ),
  ref: mappingId,
  attributes: { Id: mappingId, EventSourceMappingArn: (of) => arn(of, 'lambda', `event-source-mapping:${mappingId(of)}`) },
};

const permission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  support: 'evaluated',
  reason: "part of the function's policy at the endpoint",
  properties: supported([
    'evaluated',
    'Action FunctionName Principal SourceArn SourceAccount FunctionUrlAuthType InvokedViaFunctionUrl PrincipalOrgID',
  ]),
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

const functionOf = (of: Identity) => String(of.property('FunctionName')).split(':').pop();

const version: ResourceType = {
  type: 'AWS::Lambda::Version',
  support: 'runs',
  reason: 'runs as the latest code: one assembly holds one version',
  properties: supported(
    ['runs', 'FunctionName'],
    ['template only: it is for people', 'Description'],
    ['template only: the code of the assembly is what runs', 'CodeSha256'],
    ['AWS only: nothing is started ahead of the first event', 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions'],
  ),
  ref: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`),
  attributes: { Version: () => '1', FunctionArn: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`) },
};

const aliasArn = (of: Identity) => arn(of, 'lambda', `function:${functionOf(of)}:${of.property('Name')}`);

const alias: ResourceType = {
  type: 'AWS::Lambda::Alias',
  support: 'runs',
  reason: 'leads to the latest code: one assembly holds one version',
  properties: supported(
    ['runs', 'FunctionName FunctionVersion Name'],
    ['template only: it is for people', 'Description'],
    ['AWS only: nothing is started ahead of the first event', 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions'],
  ),
  ref: aliasArn,
  attributes: { AliasArn: aliasArn },
};

const eventInvokeConfig: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  support: 'runs',
  reason: 'how often a failed event of an asynchronous caller is tried again, how old it may become, and who is told how it ended',
  properties: supported([
    'runs',
    'FunctionName Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig.OnSuccess.Destination',
    'DestinationConfig.OnFailure.Destination',
  ]),
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

const layerArn = (of: Identity) => arn(of, 'lambda', `layer:${of.name('LayerName', 140)}:1`);

const layer: ResourceType = {
  type: 'AWS::Lambda::LayerVersion',
  support: 'runs',
  reason: 'its content is a folder of this machine, from which modules, programs and libraries are taken, and what code requires of /opt',
  properties: supported(
    ['runs', 'Content.{S3Bucket,S3Key} LayerName'],
    ["template only: functions run on this machine's own architecture", 'CompatibleArchitectures'],
    ['template only: it is for people', 'CompatibleRuntimes Description LicenseInfo'],
  ),
  ref: layerArn,
  attributes: { LayerVersionArn: layerArn },
};

/** Functions, and what leads to them. */
export const lambdaTypes: ResourceType[] = [lambdaFunction, eventSourceMapping, permission, version, alias, eventInvokeConfig, layer];
