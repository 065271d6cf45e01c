import { AssemblyError } from '../../assembly/errors';
import { supported } from '../../assembly/resource-types';
import type { DynamicReference, DynamicReferenceReader, Identity, ResourceType } from '../../contracts';

/** A generated name is `CFN-<logical id>-<suffix>`, at most 40 characters: `CreateHandler` of CloudFormation's own resource provider. */
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

/**
 * A reference to a secure string stays unresolved: templates can't create secure strings, and the sandbox runs no resource that may use
 * one.
 */
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

/** A template parameter. The message is CloudFormation's. */
const parameter: DynamicReferenceReader = (reference, parameters) =>
  read(reference, parameters, `Unable to fetch parameters [${reference.key}] from parameter store for this account`);

/** The message is CloudFormation's. */
function checkFormat({ key, at }: DynamicReference, text: string): void {
  if (!/^[\w./-]+(:\d+)?$/.test(key)) throw new AssemblyError(`${at}: Incorrect format is used in the following SSM reference: [${text}]`);
}

/** Reads version 1 of a parameter of any stack of the assembly, on the assumption that the stacks are deployed in a working order. */
function read({ key, at }: DynamicReference, parameters: readonly Identity[], problem: string): string {
  const [name, version = '1'] = key.split(':');
  const found = parameters.find((of) => nameOf(of) === name);
  if (found === undefined) throw new AssemblyError(`${at}: ${problem}: no stack of the assembly creates this parameter`);
  if (version !== '1') throw new AssemblyError(`${at}: ${problem}: the assembly only creates version 1 of ${name}`);
  return textOf(found);
}

/** Documented: "AWS::SSM::Parameter". */
export const parameterType: ResourceType = {
  type: 'AWS::SSM::Parameter',
  support: 'runs',
  reason: 'kept in memory; policies decide who may read and change it',
  properties: supported(
    ['runs', 'AllowedPattern DataType Name Tier Type Value'],
    ['template only: no supported operation returns it', 'Description'],
    ['AWS only: parameters do not expire in the sandbox, and it sends no notifications', 'Policies'],
    ['evaluated', 'Tags'],
  ),
  ref: nameOf,
  attributes: { Arn: arnOf, Type: (of) => String(of.property('Type') ?? ''), Value: textOf },
  dynamicReferences: { ssm: plain, 'ssm-secure': secure, 'AWS::SSM::Parameter::Value': parameter },
};
