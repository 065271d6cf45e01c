import { byUse, type Charges, type CostedResource, computed, fixed, sum, when } from './charges';
import { HOURS } from './price';

type Properties = CostedResource['properties'];

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const object = (value: unknown): Properties => (typeof value === 'object' && value !== null ? (value as Properties) : {});

const lambda = computed(
  { invocations: 'invocations', milliseconds: 'average duration of an invocation, in milliseconds' },
  ({ MemorySize = 128, Architectures }, { invocations, milliseconds }) => [
    ['invocation', invocations],
    [
      list(Architectures).includes('arm64') ? 'computeArm' : 'computeX86',
      (invocations * milliseconds * Number(MemorySize)) / (1_000 * 1_024),
    ],
  ],
);

const table = sum(
  byUse({
    writes: ['tableWrite', 'write request units: one for each kilobyte of an item, and again for each index'],
    reads: ['tableRead', 'read request units: one for 4 KB read consistently, half of it otherwise'],
    storedGB: ['tableStorage', 'size of the table and its indexes, in GB'],
  }),
  when(
    ({ PointInTimeRecoverySpecification }) => object(PointInTimeRecoverySpecification).PointInTimeRecoveryEnabled === true,
    computed({}, (_, { storedGB }) => [['tableBackup', storedGB]]),
  ),
);

const alarm = computed({}, ({ Metrics, EvaluationCriteria }) => {
  if (EvaluationCriteria !== undefined) return [['promqlAlarm', 1]];
  return [['alarmMetric', Metrics === undefined ? 1 : list(Metrics).filter((metric) => object(metric).MetricStat !== undefined).length]];
});

const webAcl = sum(
  fixed('webAcl'),
  computed({ requests: 'requests' }, ({ Rules }, { requests }) => [
    ['webAclRule', list(Rules).length],
    ['webAclRequest', requests],
  ]),
);

const deliveryStream = computed(
  {
    receivedGB: 'what is received, in GB, each record rounded up to 5 KB',
    objects: 'objects that are delivered',
    queryHours: 'time in which jq finds partition keys, in hours',
  },
  ({ ExtendedS3DestinationConfiguration }, { receivedGB, objects, queryHours }) => {
    const { DataFormatConversionConfiguration, DynamicPartitioningConfiguration } = object(ExtendedS3DestinationConfiguration);
    const enabled = (configuration: unknown) => object(configuration).Enabled === true;
    return [
      ['delivery', receivedGB],
      ...(enabled(DataFormatConversionConfiguration) ? ([['deliveryConversion', receivedGB]] as const) : []),
      ...(enabled(DynamicPartitioningConfiguration)
        ? ([
            ['deliveryPartitioning', receivedGB],
            ['deliveryObject', objects],
            ['deliveryQuery', queryHours],
          ] as const)
        : []),
    ];
  },
);

/** Whether a container of the task sends metrics by OTLP: the configuration of its collector says so. */
const sendsOtlp = ({ ContainerDefinitions }: Properties) => JSON.stringify(ContainerDefinitions ?? []).includes('otlphttp');

const service: Charges = {
  measures: { tasks: 'average number of tasks', metricsGB: 'metrics by OTLP, in GB' },
  quantities({ path, properties }, used, all) {
    const { tasks } = used;
    const { Ref: id } = object(properties.TaskDefinition);
    const definition = all.get(String(id))?.properties;
    if (definition === undefined) throw new Error(`${path}: its task definition is not in the template, so that its size is not known`);
    const arm = object(definition.RuntimePlatform).CpuArchitecture === 'ARM64';
    return [
      [arm ? 'fargateVcpuArm' : 'fargateVcpuX86', (tasks * HOURS * Number(definition.Cpu)) / 1_024],
      [arm ? 'fargateMemoryArm' : 'fargateMemoryX86', (tasks * HOURS * Number(definition.Memory)) / 1_024],
      ...(sendsOtlp(definition) ? ([['otlpMetrics', used.metricsGB]] as const) : []),
    ];
  },
};

const isInterface = ({ VpcEndpointType }: Properties) => VpcEndpointType === 'Interface';

/** Types that AWS charges for. */
export const CHARGED: Readonly<Record<string, Charges>> = {
  'AWS::ApiGateway::RestApi': byUse({ requests: ['apiRequest', 'requests'], outGB: ['dataOut', 'responses to the internet, in GB'] }),
  'AWS::ApiGateway::Stage': when(({ TracingEnabled }) => TracingEnabled === true, byUse({ traces: ['trace', 'sampled requests'] })),
  'AWS::ApiGatewayV2::VpcLink': fixed('vpcLink', HOURS),
  'AWS::Athena::WorkGroup': byUse({ scannedTB: ['scanned', 'what queries scan, in TB: at least 10 MB each'] }),
  'AWS::CloudTrail::Trail': byUse({ dataEvents: ['dataEvent', 'data events'] }),
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': fixed('compositeAlarm'),
  'AWS::CloudWatch::Dashboard': fixed('dashboard'),
  'AWS::CloudWatch::InsightRule': sum(fixed('insightRule'), byUse({ events: ['insightEvent', 'log lines that match'] })),
  'AWS::Cognito::UserPool': computed({ activeUsers: 'users who sign in' }, ({ UserPoolTier = 'ESSENTIALS' }, { activeUsers }) => [
    [UserPoolTier === 'ESSENTIALS' ? 'activeUser' : 'activeUserOfOtherPlan', activeUsers],
  ]),
  'AWS::DynamoDB::Table': table,
  'AWS::EC2::EIP': fixed('publicAddress', HOURS),
  'AWS::EC2::NatGateway': sum(fixed('natGateway', HOURS), byUse({ processedGB: ['natGatewayData', 'what passes it, in GB'] })),
  'AWS::EC2::VPCEndpoint': when(
    isInterface,
    computed({ processedGB: 'what passes it, in GB' }, ({ SubnetIds }, { processedGB }) => [
      ['interfaceEndpoint', list(SubnetIds).length * HOURS],
      ['interfaceEndpointData', processedGB],
    ]),
  ),
  'AWS::ECS::Service': service,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': sum(
    fixed('loadBalancer', HOURS),
    computed({ capacityUnits: 'average capacity units' }, (_, { capacityUnits }) => [['loadBalancerUnit', capacityUnits * HOURS]]),
  ),
  'AWS::Glue::Database': fixed('catalogObject'),
  'AWS::Glue::Table': fixed('catalogObject'),
  'AWS::KMS::Key': sum(fixed('key'), byUse({ requests: ['keyRequest', 'requests, also those of services'] })),
  'AWS::KinesisFirehose::DeliveryStream': deliveryStream,
  'AWS::Lambda::Function': lambda,
  'AWS::Logs::LogGroup': byUse({
    ingestedGB: ['logIngestion', 'what is written, in GB'],
    storedGB: ['logStorage', 'what is kept, in GB'],
    customMetrics: ['customMetric', 'metrics that its lines in embedded metric format make'],
  }),
  'AWS::Pipes::Pipe': byUse({ requests: ['pipeRequest', 'events of up to 64 KB, after the filter'] }),
  'AWS::S3::Bucket': byUse({
    storedGB: ['objectStorage', 'what is stored, in GB'],
    puts: ['objectPut', 'requests that write or list'],
    gets: ['objectGet', 'requests that read'],
  }),
  'AWS::SNS::Topic': byUse({
    publications: ['publication', 'messages that are published'],
    emails: ['email', 'e-mails'],
    notifications: ['notification', 'HTTPS notifications'],
  }),
  'AWS::SQS::Queue': byUse({ requests: ['queueRequest', 'requests, those without messages too; one for each 64 KB'] }),
  'AWS::Scheduler::Schedule': byUse({ invocations: ['scheduled', 'invocations'] }),
  'AWS::SecretsManager::Secret': sum(fixed('secret'), byUse({ requests: ['secretRequest', 'requests'] })),
  'AWS::StepFunctions::StateMachine': byUse({ transitions: ['transition', 'state transitions, retries included'] }),
  'AWS::WAFv2::WebACL': webAcl,
};

/** Types without a charge of their own: what they configure, start or connect is charged there. */
export const FREE: ReadonlySet<string> = new Set([
  ...['Account', 'Authorizer', 'Deployment', 'GatewayResponse', 'Method', 'Model', 'RequestValidator', 'Resource', 'UsagePlan'].map(
    (name) => `AWS::ApiGateway::${name}`,
  ),
  ...['ScalableTarget', 'ScalingPolicy'].map((name) => `AWS::ApplicationAutoScaling::${name}`),
  ...['FlowLog', 'InternetGateway', 'Route', 'RouteTable', 'SecurityGroup', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Subnet'].map(
    (name) => `AWS::EC2::${name}`,
  ),
  ...['SubnetRouteTableAssociation', 'VPC', 'VPCGatewayAttachment'].map((name) => `AWS::EC2::${name}`),
  ...['Cluster', 'TaskDefinition'].map((name) => `AWS::ECS::${name}`),
  ...['Listener', 'ListenerRule', 'TargetGroup'].map((name) => `AWS::ElasticLoadBalancingV2::${name}`),
  // Rules for events of AWS's services, and schedules of rules, are free; a custom event is charged when it is sent.
  ...['Connection', 'Rule'].map((name) => `AWS::Events::${name}`),
  ...['ManagedPolicy', 'Policy', 'Role'].map((name) => `AWS::IAM::${name}`),
  ...['EventSourceMapping', 'Permission'].map((name) => `AWS::Lambda::${name}`),
  ...['Delivery', 'DeliveryDestination', 'DeliverySource', 'LogStream', 'QueryDefinition', 'ResourcePolicy'].map(
    (name) => `AWS::Logs::${name}`,
  ),
  ...['Subscription', 'TopicPolicy', 'TopicInlinePolicy'].map((name) => `AWS::SNS::${name}`),
  ...['LoggingConfiguration', 'WebACLAssociation'].map((name) => `AWS::WAFv2::${name}`),
  'AWS::Athena::NamedQuery',
  'AWS::CDK::Metadata',
  'AWS::Chatbot::SlackChannelConfiguration',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::KMS::Alias',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** A custom resource runs a function of the template, which is charged. */
export const isCustom = (type: string): boolean => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
