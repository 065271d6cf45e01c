import type { Identity, ResourceType, Support } from '../contracts';

type Value = (of: Identity) => string;

const ALARMS = 'nothing here evaluates metrics';
const DELIVERY = 'nothing is delivered to subscribers here';
const BACKUP = 'there are no backups to take here';
const DNS = 'no public names are served here';
const EDGE = 'there are no edge locations here';
const SCHEDULES = 'no rule or schedule fires here';
const LOG_SHIPPING = 'log lines stay on this machine';
const NETWORK = 'no packet passes an interface here';
const STATELESS = 'rules of network ACLs are not evaluated, only those of security groups';
const SCALING = 'capacity is what this machine has';
const CERTIFICATE = 'a certificate and DNS';
const LAKE = 'no delivery stream or catalog is run here';

/**
 * Types that no service runs or evaluates. References to them still resolve to the names and ARNs that they would have.
 * Documented: AWS CloudFormation Template Reference, "Return values" of each type.
 */
export const resourceTypes: ResourceType[] = [
  asserted('AWS::CloudWatch::Alarm', ALARMS, named('AlarmName'), { Arn: arn('cloudwatch', 'alarm:', named('AlarmName')) }),
  asserted('AWS::CloudWatch::CompositeAlarm', ALARMS, named('AlarmName'), { Arn: arn('cloudwatch', 'alarm:', named('AlarmName')) }),
  asserted('AWS::CloudWatch::Dashboard', 'nothing here draws metrics', named('DashboardName')),
  asserted('AWS::CloudWatch::InsightRule', ALARMS, named('RuleName'), {
    Arn: arn('cloudwatch', 'insight-rule/', named('RuleName')),
    RuleName: named('RuleName'),
  }),
  asserted('AWS::Logs::MetricFilter', ALARMS, named('FilterName')),
  asserted('AWS::Logs::QueryDefinition', 'queries run in the console only', id(32), { QueryDefinitionId: id(32) }),
  asserted('AWS::Logs::ResourcePolicy', LOG_SHIPPING, named('PolicyName')),
  needsAws('AWS::Logs::SubscriptionFilter', LOG_SHIPPING, named('FilterName')),
  asserted('AWS::Logs::LogStream', 'streams are made by what logs', named('LogStreamName')),

  asserted('AWS::SNS::Topic', DELIVERY, arn('sns', '', named('TopicName')), {
    TopicArn: arn('sns', '', named('TopicName')),
    TopicName: named('TopicName'),
  }),
  needsAws('AWS::SNS::Subscription', DELIVERY, arn('sns', '', id(36)), { Arn: arn('sns', '', id(36)) }),
  asserted('AWS::SNS::TopicPolicy', DELIVERY, id(24), { Id: id(24) }),

  needsAws('AWS::Backup::BackupVault', BACKUP, named('BackupVaultName'), {
    BackupVaultArn: arn('backup', 'backup-vault:', named('BackupVaultName')),
    BackupVaultName: named('BackupVaultName'),
  }),
  needsAws('AWS::Backup::BackupPlan', BACKUP, id(36), {
    BackupPlanArn: arn('backup', 'backup-plan:', id(36)),
    BackupPlanId: id(36),
    VersionId: id(48),
  }),
  needsAws('AWS::Backup::BackupSelection', BACKUP, id(36), { Id: id(36), SelectionId: id(36) }),

  needsAws('AWS::SecretsManager::RotationSchedule', SCHEDULES, secret, { Id: secret }),
  needsAws('AWS::SecretsManager::SecretTargetAttachment', 'no database is run here to connect it with', secret, { Id: secret }),

  asserted('AWS::Events::Rule', SCHEDULES, named('Name'), { Arn: arn('events', 'rule/', named('Name')), RuleName: named('Name') }),
  asserted('AWS::Events::EventBus', SCHEDULES, named('Name'), { Arn: arn('events', 'event-bus/', named('Name')), Name: named('Name') }),
  asserted('AWS::Scheduler::Schedule', SCHEDULES, named('Name'), { Arn: arn('scheduler', 'schedule/default/', named('Name')) }),
  asserted('AWS::Scheduler::ScheduleGroup', SCHEDULES, named('Name'), { Arn: arn('scheduler', 'schedule-group/', named('Name')) }),

  needsAws('AWS::Route53::HostedZone', DNS, (of) => `Z${id(20)(of).toUpperCase()}`, { Id: (of) => `Z${id(20)(of).toUpperCase()}` }),
  needsAws('AWS::Route53::RecordSet', DNS, (of) => text(of, 'Name')),
  needsAws('AWS::CertificateManager::Certificate', DNS, arn('acm', 'certificate/', id(36))),
  needsAws('AWS::CloudFront::Distribution', EDGE, (of) => `E${id(13)(of).toUpperCase()}`, {
    Id: (of) => `E${id(13)(of).toUpperCase()}`,
    DomainName: (of) => `d${id(13)(of)}.cloudfront.net`,
  }),
  needsAws('AWS::CloudFront::OriginAccessControl', EDGE, id(14), { Id: id(14) }),
  needsAws('AWS::CloudFront::ResponseHeadersPolicy', EDGE, id(36), { Id: id(36) }),

  needsAws('AWS::EC2::NetworkAcl', STATELESS, ec2('acl'), { Id: ec2('acl') }),
  needsAws('AWS::EC2::NetworkAclEntry', STATELESS, ec2('acle')),
  needsAws('AWS::EC2::SubnetNetworkAclAssociation', STATELESS, ec2('aclassoc'), { AssociationId: ec2('aclassoc') }),
  needsAws('AWS::EC2::FlowLog', NETWORK, ec2('fl'), { Id: ec2('fl') }),

  needsAws('AWS::ApplicationAutoScaling::ScalableTarget', SCALING, id(36), { Id: id(36) }),
  needsAws('AWS::ApplicationAutoScaling::ScalingPolicy', SCALING, id(36)),
  needsAws('AWS::CloudTrail::Trail', 'calls are kept by the endpoint, not by a trail', named('TrailName'), {
    Arn: arn('cloudtrail', 'trail/', named('TrailName')),
  }),
  asserted('AWS::KinesisFirehose::DeliveryStream', LAKE, named('DeliveryStreamName'), {
    Arn: arn('firehose', 'deliverystream/', named('DeliveryStreamName')),
  }),
  asserted('AWS::Pipes::Pipe', LAKE, named('Name'), { Arn: arn('pipes', 'pipe/', named('Name')) }),
  asserted('AWS::Glue::Database', LAKE, named('Name')),
  asserted('AWS::Glue::Table', LAKE, named('Name')),
  asserted('AWS::Athena::WorkGroup', LAKE, named('Name')),
  needsAws('AWS::ApiGateway::DomainName', CERTIFICATE, domainName, {
    DistributionDomainName: (of) => `d${of.token(13)}.cloudfront.net`,
    DistributionHostedZoneId: () => 'Z2FDTNDATAQYW2',
    RegionalDomainName: (of) => `d-${of.token(10)}.execute-api.${of.region}.amazonaws.com`,
    RegionalHostedZoneId: (of) => `Z${of.token(13).toUpperCase()}`,
    DomainNameArn: (of) => `arn:aws:apigateway:${of.region}::/domainnames/${domainName(of)}`,
  }),
  needsAws('AWS::ApiGateway::BasePathMapping', CERTIFICATE, id(10)),
  needsAws('AWS::ApiGateway::VpcLink', 'a private network', id(6), { VpcLinkId: id(6) }),
  needsAws('AWS::WAFv2::LoggingConfiguration', 'what a rule counts or blocks is said on the terminal, no log is delivered', (of) =>
    text(of, 'ResourceArn'),
  ),
  asserted('AWS::Lambda::LayerVersionPermission', 'one account runs here', (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`),
];

function asserted(type: string, reason: string, ref: Value, attributes: Record<string, Value> = {}): ResourceType {
  return entry('template only', type, reason, ref, attributes);
}

function needsAws(type: string, reason: string, ref: Value, attributes: Record<string, Value> = {}): ResourceType {
  return entry('AWS only', type, reason, ref, attributes);
}

function entry(support: Support, type: string, reason: string, ref: Value, attributes: Record<string, Value>): ResourceType {
  return { type, support, reason, properties: {}, ref, attributes };
}

function named(property: string): Value {
  return (of) => of.name(property, 128);
}

function id(length: number): Value {
  return (of) => of.token(length);
}

function ec2(prefix: string): Value {
  return (of) => `${prefix}-${of.token(17)}`;
}

function arn(service: string, prefix: string, name: Value): Value {
  return (of) => `arn:aws:${service}:${of.region}:${of.account}:${prefix}${name(of)}`;
}

/** The ARN of the secret that it belongs to. */
function secret(of: Identity): string {
  return text(of, 'SecretId');
}

function text(of: Identity, property: string): string {
  return String(of.property(property) ?? '');
}

function domainName(of: Identity): string {
  return String(of.property('DomainName') ?? of.token(10));
}
