import type { Json } from '../../sandbox';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import { stop } from '../isolation/not-supported';
import { isObject } from './guarded';

/** The resource types whose policies are read. */
const READ = [
  ...['Group', 'GroupPolicy', 'ManagedPolicy', 'Policy', 'Role', 'RolePolicy', 'User', 'UserPolicy'].map((name) => `AWS::IAM::${name}`),
  ...['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Lambda::Permission', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
  ...['AWS::SQS::Queue', 'AWS::SQS::QueueInlinePolicy', 'AWS::SQS::QueuePolicy'],
  ...['AWS::SNS::Topic', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::TopicPolicy'],
];

/** Resource types that mean something to IAM and give nobody access to tenants' data, each with the reason. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::RestApi': 'its policy limits who may call the API, whose authorizer decides about the tenant',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'it scales',
  'AWS::AutoScaling::ScalingPolicy': 'it scales',
  'AWS::EC2::VPCEndpoint': 'its policy only removes permissions',
  'AWS::ECR::Repository': 'images have no data of tenants',
  'AWS::IAM::AccessKey': 'it belongs to a user, who is read',
  'AWS::IAM::InstanceProfile': 'it passes a role, which is read, to an instance',
  'AWS::IAM::OIDCProvider': 'the trust of a role, which is read, names it',
  'AWS::IAM::SAMLProvider': 'the trust of a role, which is read, names it',
  'AWS::IAM::ServiceLinkedRole': 'only its service can assume it',
  'AWS::Logs::ResourcePolicy': 'it lets services write logs',
  'AWS::SecretsManager::ResourcePolicy': 'secrets have no data of tenants',
};

/** Names of types that give access, or copy data elsewhere. */
const GIVES_ACCESS =
  /^AWS::(IAM|KMS|LakeFormation|RAM|RolesAnywhere|SSO|S3ObjectLambda|S3Tables|S3Express)::|^AWS::DynamoDB::GlobalTable$|(Policy|Permission|Permissions|AccessPoint|AccessGrant|AccessGrantsLocation|Grant|RoleAttachment|BackupVault)$/;

/** Types that create resources which are not in the assembly. */
const CREATES_OTHERS = ['AWS::CloudFormation::StackSet', 'AWS::ServiceCatalog::CloudFormationProvisionedProduct'];

/** Types of AWS and of custom resources, whose permissions are those of their functions. A module has other resources. */
const KNOWN = /^(AWS|Alexa)::(?!.*::MODULE$)|^Custom::/;

/** @throws for a resource whose type means something to IAM and is not read, by its name */
export function rejectUnread(assembly: CloudAssembly): void {
  for (const { type, path, id, properties } of assembly.resources) {
    if (READ.includes(type) || WITHOUT_DATA[type] !== undefined || type === 'AWS::KMS::Alias') continue;
    if (!KNOWN.test(type) || CREATES_OTHERS.includes(type))
      stop(path ?? id, `${type} is not supported: what it creates is not in the assembly, and may give access`);
    if (GIVES_ACCESS.test(type)) stop(path ?? id, `${type} is not supported: it may give access, and the proof does not read it`);
    const property = Object.keys(properties).find((name) => hasStatement(properties[name]));
    if (property !== undefined) stop(path ?? id, `${type}.${property} is not supported: it is a policy, and the proof does not read it`);
  }
}

/** Whether a value contains a statement of a policy. */
function hasStatement(json: Json): boolean {
  if (Array.isArray(json)) return json.some(hasStatement);
  if (!isObject(json)) return false;
  if (json.Effect !== undefined && (json.Action !== undefined || json.NotAction !== undefined)) return true;
  return Object.values(json).some(hasStatement);
}
