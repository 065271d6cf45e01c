import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const arn = (of: Identity, service: string, resource: string) => `arn:aws:${service}:${of.region}:${of.account}:${resource}`;
const functionName = (of: Identity) => of.name('FunctionName', 64);
const NO_IPV6 = 'AWS only: network interfaces have IPv4 addresses in the sandbox';
const NEWEST = 'AWS only: the sandbox uses the newest release of the runtime';
const DESCRIPTION = 'template only: a description';
const tags: PropertySupport = 'template only: the sandbox does not read tags';

const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  support: 'runs',
  reason:
    'its code runs on the Node.js or Python version that it names, in processes of its own, with its role, environment, timeout and concurrency',
  properties: supported(
    [
      'runs',
      'Code.{S3Bucket,S3Key,ZipFile} FunctionName Handler Runtime Layers Role Timeout PackageType Environment.Variables',
      'RecursiveLoop LoggingConfig.{LogGroup,LogFormat,ApplicationLogLevel,SystemLogLevel} DeadLetterConfig.TargetArn',
    ],
    ['template only: it limits the heap of a Node.js process; only AWS shows how much CPU it provides', 'MemorySize'],
    [
      'template only: events above it are throttled; below it at most 10 run at a time on this machine, and others wait',
      'ReservedConcurrentExecutions',
    ],
    [DESCRIPTION, 'Description'],
    ["template only: functions run on this machine's own architecture", 'Architectures'],
    ['template only: the sandbox does not limit the temporary folder', 'EphemeralStorage.Size'],
    [tags, 'Tags'],
    ['AWS only: the sandbox does not encrypt environment variables, but evaluates whether the role may decrypt them', 'KmsKeyArn'],
    ['AWS only: no traces are recorded', 'TracingConfig.Mode'],
    ['evaluated', 'VpcConfig.{SecurityGroupIds,SubnetIds}'],
    [NO_IPV6, 'VpcConfig.Ipv6AllowedForDualStack'],
    ['AWS only: the sandbox does not verify code signatures', 'CodeSigningConfigArn'],
    [NEWEST, 'RuntimeManagementConfig.{RuntimeVersionArn,UpdateRuntimeOn}'],
  ),
  ref: functionName,
  attributes: { Arn: (of) => arn(of, 'lambda', `function:${functionName(of)}`) },
};

const mappingId = (of: Identity) => uuid(of.token(32));
const eventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  support: 'runs',
  reason:
    "one poller reads the queue or the table's stream with the function's role and fills one batch after another; AWS starts with five pollers for a queue and adds more, so batches may have fewer messages there",
  properties: supported(
    [
      'runs',
      'EventSourceArn FunctionName BatchSize MaximumBatchingWindowInSeconds Enabled FunctionResponseTypes StartingPosition',
      'MaximumRetryAttempts MaximumRecordAgeInSeconds BisectBatchOnFunctionError DestinationConfig.OnFailure.Destination',
    ],
    ['template only: a stream has one shard in the sandbox, and its batches are processed in order', 'ParallelizationFactor'],
    ['template only: limits the batches in flight; at most 10 of them run at a time on this machine', 'ScalingConfig.MaximumConcurrency'],
    ['AWS only: the sandbox does not count what event source mappings do', 'MetricsConfig.Metrics'],
    [tags, 'Tags'],
  ),
  ref: mappingId,
  attributes: { Id: mappingId, EventSourceMappingArn: (of) => arn(of, 'lambda', `event-source-mapping:${mappingId(of)}`) },
};

const permission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  support: 'evaluated',
  reason: "part of the function's resource-based policy",
  properties: supported([
    'evaluated',
    'Action FunctionName Principal SourceArn SourceAccount FunctionUrlAuthType InvokedViaFunctionUrl PrincipalOrgID',
  ]),
  ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
};

const NOT_PROVISIONED = 'AWS only: no environment starts before the first event';
const functionOf = (of: Identity) => String(of.property('FunctionName')).split(':').pop();

const version: ResourceType = {
  type: 'AWS::Lambda::Version',
  support: 'runs',
  reason: 'runs the latest code: an assembly has only one version',
  properties: supported(
    ['runs', 'FunctionName'],
    [DESCRIPTION, 'Description'],
    ['template only: the code of the assembly always runs', 'CodeSha256'],
    [NOT_PROVISIONED, 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions'],
  ),
  ref: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`),
  attributes: { Version: () => '1', FunctionArn: (of) => arn(of, 'lambda', `function:${functionOf(of)}:1`) },
};

const aliasArn = (of: Identity) => arn(of, 'lambda', `function:${functionOf(of)}:${of.property('Name')}`);

const alias: ResourceType = {
  type: 'AWS::Lambda::Alias',
  support: 'runs',
  reason: 'runs the latest code: an assembly has only one version',
  properties: supported(
    ['runs', 'FunctionName FunctionVersion Name'],
    [DESCRIPTION, 'Description'],
    [NOT_PROVISIONED, 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions'],
  ),
  ref: aliasArn,
  attributes: { AliasArn: aliasArn },
};

const eventInvokeConfig: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  support: 'runs',
  reason: 'the retries, the maximum age and the destinations of asynchronous events',
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
  reason: 'its contents are at /opt, with the modules, programs and libraries of the other layers of a function',
  properties: supported(
    ['runs', 'Content.{S3Bucket,S3Key} LayerName'],
    ["template only: functions run on this machine's own architecture", 'CompatibleArchitectures'],
    ['template only: the sandbox does not check compatibility', 'CompatibleRuntimes'],
    [DESCRIPTION, 'Description LicenseInfo'],
  ),
  ref: layerArn,
  attributes: { LayerVersionArn: layerArn },
};

export const lambdaTypes: ResourceType[] = [lambdaFunction, eventSourceMapping, permission, version, alias, eventInvokeConfig, layer];
