import type { Identity, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const GENERATE = [
  'ExcludeCharacters',
  'ExcludeLowercase',
  'ExcludeNumbers',
  'ExcludePunctuation',
  'ExcludeUppercase',
  'GenerateStringKey',
  'IncludeSpace',
  'PasswordLength',
  'RequireEachIncludedType',
  'SecretStringTemplate',
];

/** Secrets Manager adds a hyphen and six characters to the name. */
const arn = (of: Identity) => `arn:aws:secretsmanager:${of.region}:${of.account}:secret:${of.name('Name', 128)}-${of.token(6)}`;

export const secretKnowledge: TypeKnowledge = {
  type: 'AWS::SecretsManager::Secret',
  standing: 'run',
  reason: 'a secret of MiniStack; who may read it is decided by the door',
  properties: {
    Name: 'run',
    Description: 'run',
    SecretString: 'run',
    GenerateSecretString: 'run',
    ...members('GenerateSecretString', 'run', GENERATE),
    KmsKeyId: 'evaluated',
    ...members('ReplicaRegions', 'needs AWS: a run is one Region', ['KmsKeyId', 'Region']),
    ...members('Tags', 'evaluated', ['Key', 'Value']),
    Type: 'asserted only: a secret of any type is one here',
  },
  ref: arn,
  attributes: { Id: arn },
};
