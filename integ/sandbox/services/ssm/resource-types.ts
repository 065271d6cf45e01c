import { AssemblyError } from '../../assembly/errors';
import { supported } from '../../assembly/resource-types';
import type { DynamicReference, DynamicReferenceReader, Identity, ResourceType } from '../../contracts';

/** A made name is `CFN-<logical id>-<suffix>`, of 40 characters at most: `CreateHandler` of CloudFormation's own resource provider. */
const nameOf = (of: Identity) => String(of.property('Name') ?? `${`CFN-${of.logicalId}`.slice(0, 27)}-${of.token(12)}`);
const arnOf = (of: Identity) => `arn:aws:ssm:${of.region}:${of.account}:parameter/${nameOf(of).replace(/^\//, '')}`;
const textOf = (of: Identity) => String(of.property('Value') ?? '');

/** Documented: "Get a secure string value from Systems Manager Parameter Store", the properties that support `ssm-secure`. */
const SECURE_PLACES = [
  'AWS::DirectoryService::MicrosoftAD/Properties/Password',
  'AWS::DirectoryService::SimpleAD/Properties/Password',
  'AWS::ElastiCache::ReplicationGroup/Properties/AuthToken',
  'AWS::IAM::User/Properties/LoginProfile/Password',
  'AWS::KinesisFirehose::DeliveryStream/Properties/RedshiftDestinationConfiguration/Password',
  'AWS::OpsWorks::App/Properties/AppSource/Password',
  'AWS::OpsWorks::Stack/Properties/CustomCookbooksSource/Password',
  'AWS::OpsWorks::Stack/Properties/RdsDbInstances/*/DbPassword',
  'AWS::RDS::DBCluster/Properties/MasterUserPassword',
  'AWS::RDS::DBInstance/Properties/MasterUserPassword',
  'AWS::Redshift::Cluster/Properties/MasterUserPassword',
];

/** Stays as it is, as CloudFormation itself keeps it: no template makes a secure string, and nothing here runs what may read one. */
const secure: DynamicReferenceReader = (reference) => {
  const text = `{{resolve:ssm-secure:${reference.key}}}`;
  checkFormat(reference, text);
  if (SECURE_PLACES.includes(reference.place)) return text;
  throw new AssemblyError(`${reference.at}: SSM Secure reference is not supported in: [${reference.place.replace(/\/\*.*/, '')}]`);
};

const plain: DynamicReferenceReader = (reference, parameters) => {
  const text = `{{resolve:ssm:${reference.key}}}`;
  checkFormat(reference, text);
  return read(reference, parameters, `the dynamic reference ${text}`);
};

/** The words are CloudFormation's. */
const parameter: DynamicReferenceReader = (reference, parameters) =>
  read(reference, parameters, `Unable to fetch parameters [${reference.key}] from parameter store for this account`);

/** The words are CloudFormation's. */
function checkFormat({ key, at }: DynamicReference, text: string): void {
  if (!/^[\w./-]+(:\d+)?$/.test(key)) throw new AssemblyError(`${at}: Incorrect format is used in the following SSM reference: [${text}]`);
}

/** The first version of a parameter of the assembly, whichever stack makes it: the assembly is taken to be deployed in an order in which it can be. */
function read({ key, at }: DynamicReference, parameters: readonly Identity[], problem: string): string {
  const [name, version = '1'] = key.split(':');
  const found = parameters.find((of) => nameOf(of) === name);
  if (found === undefined) throw new AssemblyError(`${at}: ${problem}: no stack of the assembly makes this parameter`);
  if (version !== '1') throw new AssemblyError(`${at}: ${problem}: the assembly makes version 1 of ${name} only`);
  return textOf(found);
}

/** Documented: "AWS::SSM::Parameter". */
export const parameterType: ResourceType = {
  type: 'AWS::SSM::Parameter',
  support: 'runs',
  reason: 'kept in memory for the run; who may read and change it is decided by the endpoint',
  properties: supported(
    ['runs', 'AllowedPattern DataType Name Tier Type Value'],
    ['template only: no operation that is supported returns it', 'Description'],
    ['AWS only: no parameter expires here, and nobody is notified', 'Policies'],
    ['evaluated', 'Tags'],
  ),
  ref: nameOf,
  attributes: { Arn: arnOf, Type: (of) => String(of.property('Type') ?? ''), Value: textOf },
  dynamicReferences: { ssm: plain, 'ssm-secure': secure, 'AWS::SSM::Parameter::Value': parameter },
};
