import { AssemblyError } from '../../assembly/errors';
import { supported } from '../../assembly/resource-types';
import type { DynamicReferenceReader, Identity, ResourceType } from '../../contracts';

/** The ARN has a hyphen and six characters after the name. */
const arn = (of: Identity) => `arn:aws:secretsmanager:${of.region}:${of.account}:secret:${of.name('Name', 128)}-${of.token(6)}`;

/** What reads its secrets when it is used. */
const PLACES = [
  'AWS::Events::Connection/Properties/AuthParameters/',
  'AWS::SNS::Subscription/Properties/Endpoint',
  'AWS::SNS::Topic/Properties/Subscription/*/Endpoint',
];

/** A reference to a secret stays as it is in these places; elsewhere it is not supported. */
const kept: DynamicReferenceReader = ({ key, at, place }) => {
  const text = `{{resolve:secretsmanager:${key}}}`;
  if (PLACES.some((known) => place.startsWith(known))) return text;
  throw new AssemblyError(`${at}: the dynamic reference ${text} is not supported`);
};

export const secretType: ResourceType = {
  type: 'AWS::SecretsManager::Secret',
  support: 'runs',
  reason: 'a secret in MiniStack; policies decide who may read it',
  properties: supported(
    [
      'runs',
      'Name Description SecretString GenerateSecretString',
      'GenerateSecretString.Exclude{Characters,Lowercase,Numbers,Punctuation,Uppercase} GenerateSecretString.IncludeSpace',
      'GenerateSecretString.{GenerateStringKey,PasswordLength,RequireEachIncludedType,SecretStringTemplate}',
    ],
    ['evaluated', 'KmsKeyId Tags.{Key,Value}'],
    ['AWS only: the sandbox has one Region', 'ReplicaRegions.{KmsKeyId,Region}'],
    ['template only: the sandbox treats all types alike', 'Type'],
  ),
  ref: arn,
  attributes: { Id: arn },
  dynamicReferences: { secretsmanager: kept },
};

export const secretPolicyType: ResourceType = {
  type: 'AWS::SecretsManager::ResourcePolicy',
  support: 'evaluated',
  reason: 'the endpoint evaluates it for every call',
  properties: supported(
    ['template only: the sandbox does not check whether a policy is public', 'BlockPublicPolicy'],
    ['evaluated', 'ResourcePolicy SecretId'],
  ),
  ref: (of) => String(of.property('SecretId') ?? ''),
  attributes: { Id: (of) => String(of.property('SecretId') ?? '') },
};
