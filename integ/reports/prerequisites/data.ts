import type { DeployedStack, TemplateResource } from '../assembly/stacks';

/** Something that must exist in an account and Region before a stack is deployed. */
export interface AccountWide {
  readonly what: string;
  readonly how: string;
  /** The title of the page in the AWS documentation. */
  readonly source: string;
  isNeededBy(stack: DeployedStack): boolean;
}

/** A role that a service creates when it is first used. The deployment needs `iam:CreateServiceLinkedRole`. */
export interface ServiceLinkedRole {
  readonly role: string;
  readonly service: string;
  readonly source: string;
  isMadeFor(resource: TemplateResource): boolean;
}

/** A quota of AWS, and how much of it a stack uses. */
export interface Quota {
  readonly what: string;
  readonly most: string;
  readonly canBeRaised: boolean;
  readonly source: string;
  /** 0 if the stack does not use it; text if it grows after the deployment. */
  taken(stack: DeployedStack): number | string;
}

const is =
  (...types: string[]) =>
  ({ type }: TemplateResource): boolean =>
    types.includes(type);
const some =
  (...types: string[]) =>
  ({ resources }: DeployedStack): boolean =>
    resources.some(is(...types));
const exportsTables = ({ resources }: DeployedStack): boolean =>
  JSON.stringify(resources.filter(is('AWS::IAM::Policy'))).includes('dynamodb:ExportTableToPointInTime');
const count =
  (...types: string[]) =>
  ({ resources }: DeployedStack): number =>
    resources.filter(is(...types)).length;
/** The largest number of resources that name the same owner in a property. */
const mostOf =
  (type: string, owner: string) =>
  ({ resources }: DeployedStack): number => {
    const owners = resources.filter(is(type)).map(({ properties }) => JSON.stringify(properties[owner]));
    return Math.max(0, ...owners.map((one) => owners.filter((other) => other === one).length));
  };
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const accountWide: readonly AccountWide[] = [
  {
    what: 'The CDK bootstrap stack',
    how: '`npx aws-cdk@^2.1148 bootstrap`',
    source: 'Bootstrap your environment for use with the AWS CDK',
    isNeededBy: ({ needsBootstrap }) => needsBootstrap,
  },
  {
    what: 'API Gateway’s log role: `aws apigateway get-account` shows `cloudwatchRoleArn`',
    how: '`new ApiGatewayLogRole(stack, …)`; if the role exists, `ApiGatewayLogRole.alreadyExists(app)`. Not needed for a stack that creates it',
    source: 'Set up CloudWatch logging for REST APIs in API Gateway',
    isNeededBy: (stack) =>
      !some('AWS::ApiGateway::Account')(stack) &&
      stack.resources.filter(is('AWS::ApiGateway::Stage')).some(({ properties }) => properties.AccessLogSetting !== undefined),
  },
  {
    what: 'Unreserved concurrency of Lambda: a new account has a quota of 10 (as reported; documented only as “reduced”), of which nothing can be reserved',
    how: '`aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000`',
    source: 'Lambda quotas; Configuring reserved concurrency for a function',
    isNeededBy: ({ resources }) => resources.some(({ properties }) => Number(properties.ReservedConcurrentExecutions ?? 0) > 0),
  },
  {
    what: 'A domain prefix for the sign-in page that is not used in the Region',
    how: '`aws cognito-idp describe-user-pool-domain --domain <prefix>` shows nothing',
    source: 'Using your own domain or a prefix domain for managed login',
    isNeededBy: some('AWS::Cognito::UserPoolDomain'),
  },
  {
    what: 'A Slack workspace that the account may send to',
    how: 'Authorize it once in the console of Amazon Q Developer in chat applications; in a private channel, `/invite @Amazon Q`',
    source: 'Tutorial: Get started with Slack',
    isNeededBy: some('AWS::Chatbot::SlackChannelConfiguration'),
  },
];

export const serviceLinkedRoles: readonly ServiceLinkedRole[] = [
  {
    role: 'AWSServiceRoleForAPIGateway',
    service: 'ops.apigateway.amazonaws.com',
    source: 'Using service-linked roles for API Gateway',
    isMadeFor: is('AWS::ApiGateway::RestApi', 'AWS::ApiGateway::VpcLink', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::VpcLink'),
  },
  {
    role: 'AWSServiceRoleForWAFV2Logging',
    service: 'wafv2.amazonaws.com',
    source: 'Using service-linked roles for AWS WAF',
    isMadeFor: is('AWS::WAFv2::LoggingConfiguration'),
  },
  {
    role: 'AWSServiceRoleForDynamoDBReplication',
    service: 'replication.dynamodb.amazonaws.com',
    source: 'Using service-linked roles with global tables',
    isMadeFor: (resource) => is('AWS::DynamoDB::GlobalTable')(resource) && list(resource.properties.Replicas).length > 1,
  },
  {
    role: 'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable',
    service: 'dynamodb.application-autoscaling.amazonaws.com',
    source: 'Service-linked roles for Application Auto Scaling',
    isMadeFor: (resource) =>
      is('AWS::ApplicationAutoScaling::ScalableTarget')(resource) && resource.properties.ServiceNamespace === 'dynamodb',
  },
  {
    role: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
    service: 'ecs.application-autoscaling.amazonaws.com',
    source: 'Service-linked roles for Application Auto Scaling',
    isMadeFor: (resource) => is('AWS::ApplicationAutoScaling::ScalableTarget')(resource) && resource.properties.ServiceNamespace === 'ecs',
  },
  {
    role: 'AWSServiceRoleForECS',
    service: 'ecs.amazonaws.com',
    source: 'Using service-linked roles for Amazon ECS',
    isMadeFor: is('AWS::ECS::Cluster'),
  },
  {
    role: 'AWSServiceRoleForElasticLoadBalancing',
    service: 'elasticloadbalancing.amazonaws.com',
    source: 'Elastic Load Balancing service-linked role',
    isMadeFor: is('AWS::ElasticLoadBalancingV2::LoadBalancer'),
  },
  {
    role: 'AWSServiceRoleForAmazonEventBridgeApiDestinations',
    service: 'apidestinations.events.amazonaws.com',
    source: 'API destinations as targets in Amazon EventBridge',
    isMadeFor: is('AWS::Events::Connection'),
  },
  {
    role: 'AWSServiceRoleForNATGateway',
    service: 'natgateway.amazonaws.com',
    source: 'Use service-linked roles for NAT gateways',
    isMadeFor: is('AWS::EC2::NatGateway'),
  },
  {
    role: 'AWSServiceRoleForCloudFrontVPCOrigin',
    service: 'vpcorigin.cloudfront.amazonaws.com',
    source: 'Restrict access with VPC origins',
    isMadeFor: is('AWS::CloudFront::VpcOrigin'),
  },
  {
    role: 'AWSServiceRoleForAWSChatbot',
    service: 'management.chatbot.amazonaws.com',
    source: 'Using service-linked roles for Amazon Q Developer in chat applications',
    isMadeFor: is('AWS::Chatbot::SlackChannelConfiguration'),
  },
  {
    role: 'AWSServiceRoleForAppRunner',
    service: 'apprunner.amazonaws.com',
    source: 'Using service-linked roles for App Runner',
    isMadeFor: is('AWS::AppRunner::Service'),
  },
  {
    role: 'AWSServiceRoleForAutoScaling',
    service: 'autoscaling.amazonaws.com',
    source: 'Service-linked roles for Amazon EC2 Auto Scaling',
    isMadeFor: is('AWS::AutoScaling::AutoScalingGroup'),
  },
  {
    role: 'AWSServiceRoleForRDS',
    service: 'rds.amazonaws.com',
    source: 'Using service-linked roles for Amazon RDS',
    isMadeFor: is('AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'),
  },
  {
    role: 'AWSServiceRoleForElastiCache',
    service: 'elasticache.amazonaws.com',
    source: 'Using service-linked roles for Amazon ElastiCache',
    isMadeFor: is('AWS::ElastiCache::ReplicationGroup', 'AWS::ElastiCache::ServerlessCache', 'AWS::ElastiCache::CacheCluster'),
  },
];

const REST = 'Quotas for configuring and running a REST API in API Gateway';
const COGNITO = 'Quotas in Amazon Cognito';
const VPC = 'Amazon VPC quotas';

export const quotas: readonly Quota[] = [
  { what: 'Regional REST APIs per Region', most: '600', canBeRaised: false, source: REST, taken: count('AWS::ApiGateway::RestApi') },
  {
    what: 'resources (path parts) per REST API',
    most: '300',
    canBeRaised: true,
    source: REST,
    taken: mostOf('AWS::ApiGateway::Resource', 'RestApiId'),
  },
  {
    what: 'authorizers per REST API',
    most: '10',
    canBeRaised: true,
    source: REST,
    taken: mostOf('AWS::ApiGateway::Authorizer', 'RestApiId'),
  },
  { what: 'stages per REST API', most: '10', canBeRaised: true, source: REST, taken: mostOf('AWS::ApiGateway::Stage', 'RestApiId') },
  { what: 'usage plans per account and Region', most: '300', canBeRaised: true, source: REST, taken: count('AWS::ApiGateway::UsagePlan') },
  {
    what: 'API keys per account and Region',
    most: '10,000',
    canBeRaised: false,
    source: REST,
    taken: (stack) => (some('AWS::ApiGateway::UsagePlan')(stack) ? 'one for each tenant' : 0),
  },
  {
    what: 'requests per second of all APIs of an account and Region',
    most: '10,000 (2,500 in some Regions)',
    canBeRaised: true,
    source: 'Amazon API Gateway quotas',
    taken: (stack) => (some('AWS::ApiGateway::Stage')(stack) ? 'all requests' : 0),
  },
  {
    what: 'concurrent executions of Lambda per Region',
    most: '1,000; 10 in a new account',
    canBeRaised: true,
    source: 'Lambda quotas',
    taken: ({ resources }) => {
      const reserved = resources
        .map(({ properties }) => Number(properties.ReservedConcurrentExecutions ?? 0))
        .reduce((sum, one) => sum + one, 0);
      if (reserved > 0) return `${reserved} reserved, and 100 that must stay unreserved`;
      return resources.some(is('AWS::Lambda::Function')) ? 'unreserved only' : 0;
    },
  },
  {
    what: 'in-flight messages per standard queue',
    most: '120,000',
    canBeRaised: false,
    source: 'Amazon SQS message quotas',
    taken: (stack) => (some('AWS::SQS::Queue')(stack) ? `for each queue (${count('AWS::SQS::Queue')(stack)})` : 0),
  },
  {
    what: 'DynamoDB tables per Region',
    most: '2,500',
    canBeRaised: true,
    source: 'Quotas in Amazon DynamoDB',
    taken: count('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'),
  },
  {
    what: 'global secondary indexes per table',
    most: '20',
    canBeRaised: true,
    source: 'Quotas in Amazon DynamoDB',
    taken: ({ resources }) => Math.max(0, ...resources.map(({ properties }) => list(properties.GlobalSecondaryIndexes).length)),
  },
  {
    what: 'on-demand throughput per table, in write and read units per second',
    most: '40,000 each',
    canBeRaised: true,
    source: 'Quotas in Amazon DynamoDB',
    taken: (stack) => (some('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')(stack) ? 'by traffic' : 0),
  },
  { what: 'user pools per account and Region', most: '1,000', canBeRaised: true, source: COGNITO, taken: count('AWS::Cognito::UserPool') },
  {
    what: 'emails per day that Cognito sends by itself, per account',
    most: '50',
    canBeRaised: false,
    source: 'Email settings for Amazon Cognito user pools',
    taken: ({ resources }) => {
      const own = resources.filter(is('AWS::Cognito::UserPool')).filter(({ properties }) => properties.EmailConfiguration === undefined);
      return own.length === 0 ? 0 : 'invitations and codes (for more, configure Amazon SES as the sender of the pool)';
    },
  },
  {
    what: 'active partitions per Firehose stream',
    most: '500',
    canBeRaised: true,
    source: 'Amazon Data Firehose Quota',
    taken: (stack) => {
      const hasPartitions = stack.resources
        .filter(is('AWS::KinesisFirehose::DeliveryStream'))
        .some(({ properties }) => JSON.stringify(properties).includes('DynamicPartitioningConfiguration'));
      if (hasPartitions) return 'one for each tenant with changes in a buffer interval (for each month with LakeLayout.perMonth)';
      return exportsTables(stack) ? 'one for each tenant and month with items, while the whole table is backfilled' : 0;
    },
  },
  {
    what: 'readers of a DynamoDB stream',
    most: '2 per shard',
    canBeRaised: false,
    source: 'Change data capture for DynamoDB Streams',
    taken: (stack) => (some('AWS::Pipes::Pipe')(stack) ? '1, of the table that is the source' : 0),
  },
  {
    what: 'concurrent exports of DynamoDB tables per account',
    most: '300',
    canBeRaised: true,
    source: 'Quotas in Amazon DynamoDB',
    taken: (stack) => (exportsTables(stack) ? 'one for each window of a backfill, while it runs' : 0),
  },
  {
    what: 'workgroups of Athena per Region',
    most: '1,000',
    canBeRaised: true,
    source: 'Service Quotas (Athena)',
    taken: count('AWS::Athena::WorkGroup'),
  },
  {
    what: 'trails of CloudTrail per Region, of which one of all Regions counts in each',
    most: '5',
    canBeRaised: false,
    source: 'Quotas in AWS CloudTrail',
    taken: count('AWS::CloudTrail::Trail'),
  },
  { what: 'web ACLs per Region', most: '100', canBeRaised: true, source: 'AWS WAF quotas', taken: count('AWS::WAFv2::WebACL') },
  {
    what: 'resource policies of CloudWatch Logs per account and Region',
    most: '10, of 5,120 characters each',
    canBeRaised: false,
    source: 'PutResourcePolicy (CloudWatch Logs)',
    taken: (stack) => {
      const logged = count('AWS::WAFv2::LoggingConfiguration')(stack);
      const own = count('AWS::Logs::ResourcePolicy')(stack);
      const parts = [
        ...(own > 0 ? [String(own)] : []),
        ...(logged > 0 ? [`one statement in the policy that AWS WAF manages, for each web ACL that logs (${logged})`] : []),
      ];
      return parts.length === 0 ? 0 : parts.join(', ');
    },
  },
  { what: 'KMS keys per Region', most: '100,000', canBeRaised: true, source: 'AWS KMS resource quotas', taken: count('AWS::KMS::Key') },
  {
    what: 'secrets per Region',
    most: '500,000',
    canBeRaised: false,
    source: 'AWS Secrets Manager quotas',
    taken: count('AWS::SecretsManager::Secret'),
  },
  { what: 'IAM roles per account', most: '1,000', canBeRaised: true, source: 'IAM and AWS STS quotas', taken: count('AWS::IAM::Role') },
  {
    what: 'CloudWatch alarms per Region',
    most: '5,000',
    canBeRaised: true,
    source: 'CloudWatch service quotas',
    taken: count('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'),
  },
  {
    what: 'rules of Contributor Insights per Region',
    most: '100',
    canBeRaised: true,
    source: 'CloudWatch service quotas',
    taken: count('AWS::CloudWatch::InsightRule'),
  },
  {
    what: 'connections of EventBridge per Region',
    most: '3,000',
    canBeRaised: true,
    source: 'Amazon EventBridge quotas',
    taken: count('AWS::Events::Connection'),
  },
  {
    what: 'standard topics of SNS per account',
    most: '100,000',
    canBeRaised: true,
    source: 'Amazon Simple Notification Service endpoints and quotas',
    taken: count('AWS::SNS::Topic'),
  },
  {
    what: 'S3 buckets per account',
    most: '10,000',
    canBeRaised: true,
    source: 'Amazon S3 bucket quotas',
    taken: count('AWS::S3::Bucket'),
  },
  {
    what: 'VPCs per Region',
    most: '5',
    canBeRaised: true,
    source: VPC,
    taken: count('AWS::EC2::VPC'),
  },
  {
    what: 'Elastic IP addresses per Region, for NAT gateways',
    most: '5',
    canBeRaised: true,
    source: VPC,
    taken: count('AWS::EC2::EIP'),
  },
  {
    what: 'NAT gateways per Availability Zone',
    most: '5',
    canBeRaised: true,
    source: VPC,
    taken: (stack) => (some('AWS::EC2::NatGateway')(stack) ? '1 in each zone' : 0),
  },
  {
    what: 'gateway VPC endpoints per Region',
    most: '20',
    canBeRaised: true,
    source: VPC,
    taken: ({ resources }) =>
      resources.filter(is('AWS::EC2::VPCEndpoint')).filter(({ properties }) => properties.VpcEndpointType === 'Gateway').length,
  },
  {
    what: 'application load balancers per Region',
    most: '50',
    canBeRaised: true,
    source: 'Quotas for your Application Load Balancers',
    taken: count('AWS::ElasticLoadBalancingV2::LoadBalancer'),
  },
  {
    what: 'vCPUs of Fargate on demand per Region',
    most: '6 in a new account',
    canBeRaised: true,
    source: 'AWS Fargate service quotas',
    taken: (stack) => (some('AWS::ECS::Service')(stack) ? 'vCPUs of a task × tasks, twice while a new version is deployed' : 0),
  },
  {
    what: 'resources per CloudFormation stack',
    most: '500',
    canBeRaised: false,
    source: 'Understand CloudFormation quotas',
    // In steps, so that the page changes only for significant changes.
    taken: ({ resources }) => `fewer than ${(Math.floor(resources.length / 50) + 1) * 50}`,
  },
];

/** Types that have no entry beyond those above. Any other type is reported as unknown. */
export const lookedAt: readonly string[] = [
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGatewayV2::VpcLink',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::AppRunner::AutoScalingConfiguration',
  'AWS::AppRunner::Service',
  'AWS::AppRunner::VpcConnector',
  'AWS::Athena::NamedQuery',
  'AWS::Athena::WorkGroup',
  'AWS::CDK::Metadata',
  'AWS::CloudFormation::Stack',
  'AWS::CloudTrail::Trail',
  'AWS::CloudFront::VpcOrigin',
  'AWS::Chatbot::SlackChannelConfiguration',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::CloudWatch::InsightRule',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::Cluster',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Events::Connection',
  'AWS::Events::Rule',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::Delivery',
  'AWS::Logs::DeliveryDestination',
  'AWS::Logs::DeliverySource',
  'AWS::Logs::LogGroup',
  'AWS::Logs::LogStream',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::Pipes::Pipe',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::StepFunctions::StateMachine',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
  'Custom::CloudFrontGroup',
  'Custom::ServiceMigration',
  'Custom::VpcRestrictDefaultSG',
];
