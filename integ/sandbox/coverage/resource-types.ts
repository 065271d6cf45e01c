import type { Identity, ResourceType, Support } from '../contracts';

type Value = (of: Identity) => string;

const LOG_METRICS = 'the sandbox makes no metrics of log lines without the embedded metric format';
const BACKUP = 'the sandbox has no backups';
const DNS = 'the sandbox has no public DNS';
const EDGE = 'the sandbox has no edge locations';
const ROTATION = 'the sandbox does not rotate secrets';
const LOG_SHIPPING = 'log lines stay on this machine';
const NETWORK = 'the sandbox has no packets to log';
const STATELESS = 'the sandbox evaluates security groups only, not network ACLs';
const SCALING = 'the capacity is that of this machine';
const CERTIFICATE = 'it needs a certificate and DNS';

/**
 * Types that no service runs or evaluates. References to them still resolve to the names and ARNs that they would have.
 * Documented: AWS CloudFormation Template Reference, "Return values" of each type.
 */
export const resourceTypes: ResourceType[] = [
  templateOnly('AWS::Logs::MetricFilter', LOG_METRICS, named('FilterName')),
  awsOnly('AWS::Logs::SubscriptionFilter', LOG_SHIPPING, named('FilterName')),
  templateOnly('AWS::Logs::LogStream', 'the sandbox creates log streams itself', named('LogStreamName')),

  awsOnly('AWS::Backup::BackupVault', BACKUP, named('BackupVaultName'), {
    BackupVaultArn: arn('backup', 'backup-vault:', named('BackupVaultName')),
    BackupVaultName: named('BackupVaultName'),
  }),
  awsOnly('AWS::Backup::BackupPlan', BACKUP, id(36), {
    BackupPlanArn: arn('backup', 'backup-plan:', id(36)),
    BackupPlanId: id(36),
    VersionId: id(48),
  }),
  awsOnly('AWS::Backup::BackupSelection', BACKUP, id(36), { Id: id(36), SelectionId: id(36) }),

  awsOnly('AWS::SecretsManager::RotationSchedule', ROTATION, secret, { Id: secret }),
  awsOnly('AWS::SecretsManager::SecretTargetAttachment', 'the sandbox runs no databases', secret, { Id: secret }),

  templateOnly('AWS::Scheduler::ScheduleGroup', 'a group has no effect on its schedules', named('Name'), {
    Arn: arn('scheduler', 'schedule-group/', named('Name')),
  }),

  awsOnly('AWS::ECR::Repository', 'no images are stored here: they are built from their Dockerfile', named('RepositoryName'), {
    Arn: arn('ecr', 'repository/', named('RepositoryName')),
    RepositoryUri: (of) => `${of.account}.dkr.ecr.${of.region}.amazonaws.com/${named('RepositoryName')(of)}`,
  }),

  awsOnly('AWS::Route53::HostedZone', DNS, (of) => `Z${id(20)(of).toUpperCase()}`, { Id: (of) => `Z${id(20)(of).toUpperCase()}` }),
  awsOnly('AWS::Route53::RecordSet', DNS, (of) => text(of, 'Name')),
  awsOnly('AWS::CertificateManager::Certificate', DNS, arn('acm', 'certificate/', id(36))),
  awsOnly('AWS::CloudFront::Distribution', EDGE, (of) => `E${id(13)(of).toUpperCase()}`, {
    Id: (of) => `E${id(13)(of).toUpperCase()}`,
    DomainName: (of) => `d${id(13)(of)}.cloudfront.net`,
  }),
  awsOnly('AWS::CloudFront::OriginAccessControl', EDGE, id(14), { Id: id(14) }),
  awsOnly('AWS::CloudFront::ResponseHeadersPolicy', EDGE, id(36), { Id: id(36) }),

  awsOnly('AWS::EC2::NetworkAcl', STATELESS, ec2('acl'), { Id: ec2('acl') }),
  awsOnly('AWS::EC2::NetworkAclEntry', STATELESS, ec2('acle')),
  awsOnly('AWS::EC2::SubnetNetworkAclAssociation', STATELESS, ec2('aclassoc'), { AssociationId: ec2('aclassoc') }),
  awsOnly('AWS::EC2::FlowLog', NETWORK, ec2('fl'), { Id: ec2('fl') }),

  awsOnly('AWS::ApplicationAutoScaling::ScalableTarget', SCALING, id(36), { Id: id(36) }),
  awsOnly('AWS::ApplicationAutoScaling::ScalingPolicy', SCALING, id(36)),
  awsOnly('AWS::ApiGateway::DomainName', CERTIFICATE, domainName, {
    DistributionDomainName: (of) => `d${of.token(13)}.cloudfront.net`,
    DistributionHostedZoneId: () => 'Z2FDTNDATAQYW2',
    RegionalDomainName: (of) => `d-${of.token(10)}.execute-api.${of.region}.amazonaws.com`,
    RegionalHostedZoneId: (of) => `Z${of.token(13).toUpperCase()}`,
    DomainNameArn: (of) => `arn:aws:apigateway:${of.region}::/domainnames/${domainName(of)}`,
  }),
  awsOnly('AWS::ApiGateway::BasePathMapping', CERTIFICATE, id(10)),
  awsOnly('AWS::ApiGateway::VpcLink', 'it needs a network load balancer, which the sandbox does not run', id(6), { VpcLinkId: id(6) }),
  awsOnly(
    'AWS::WAFv2::LoggingConfiguration',
    'the sandbox reports counted and blocked requests on the terminal and delivers no logs',
    (of) => text(of, 'ResourceArn'),
  ),
  templateOnly('AWS::Lambda::LayerVersionPermission', 'the sandbox has one account', (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`),
];

function templateOnly(type: string, reason: string, ref: Value, attributes: Record<string, Value> = {}): ResourceType {
  return entry('template only', type, reason, ref, attributes);
}

function awsOnly(type: string, reason: string, ref: Value, attributes: Record<string, Value> = {}): ResourceType {
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

/** The ARN of its secret. */
function secret(of: Identity): string {
  return text(of, 'SecretId');
}

function text(of: Identity, property: string): string {
  return String(of.property(property) ?? '');
}

function domainName(of: Identity): string {
  return String(of.property('DomainName') ?? of.token(10));
}
