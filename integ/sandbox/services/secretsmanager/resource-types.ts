import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

/** Secrets Manager adds a hyphen and six characters to the name. */
const arn = (of: Identity) => `arn:aws:secretsmanager:${of.region}:${of.account}:secret:${of.name('Name', 128)}-${of.token(6)}`;

export const secretType: ResourceType = {
  type: 'AWS::SecretsManager::Secret',
  support: 'runs',
  reason: 'a secret of MiniStack; who may read it is decided by the endpoint',
  properties: supported(
    [
      'runs',
      'Name Description SecretString GenerateSecretString',
      'GenerateSecretString.Exclude{Characters,Lowercase,Numbers,Punctuation,Uppercase} GenerateSecretString.IncludeSpace',
      'GenerateSecretString.{GenerateStringKey,PasswordLength,RequireEachIncludedType,SecretStringTemplate}',
    ],
    ['evaluated', 'KmsKeyId Tags.{Key,Value}'],
    ['AWS only: a run is one Region', 'ReplicaRegions.{KmsKeyId,Region}'],
    ['template only: a secret of any type is one here', 'Type'],
  ),
  ref: arn,
  attributes: { Id: arn },
};

export const secretPolicyType: ResourceType = {
  type: 'AWS::SecretsManager::ResourcePolicy',
  support: 'evaluated',
  reason: 'the endpoint evaluates it for every call',
  properties: supported(
    ['template only: whether a policy is too wide is not judged here', 'BlockPublicPolicy'],
    ['evaluated', 'ResourcePolicy SecretId'],
  ),
  ref: (of) => String(of.property('SecretId') ?? ''),
  attributes: { Id: (of) => String(of.property('SecretId') ?? '') },
};
