import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, JsonObject, ResourceType } from '../../contracts';
import { defaultKeyPolicy } from '../../iam/keys';
import type { ServiceModule } from '../../service-module';

const NO_TAGS = 'template only: nothing here reads its tags' as const;
const NO_CRYPTOGRAPHY = 'template only: the key encrypts nothing here, its policy decides' as const;

const keyId = (of: Identity) => uuid(of.token(32));

const types: ResourceType[] = [
  {
    type: 'AWS::KMS::Key',
    support: 'evaluated',
    reason: 'the endpoint asks its policy whenever a service would use it for a caller; nothing is encrypted on this machine',
    properties: supported(
      ['evaluated', 'KeyPolicy'],
      [
        NO_CRYPTOGRAPHY,
        'BypassPolicyLockoutSafetyCheck EnableKeyRotation KeySpec KeyUsage MultiRegion Origin PendingWindowInDays RotationPeriodInDays',
      ],
      ['template only: a text for people', 'Description'],
      [NO_TAGS, 'Tags'],
    ),
    ref: keyId,
    attributes: {
      Arn: (of) => `arn:aws:kms:${of.region}:${of.account}:key/${keyId(of)}`,
      KeyId: keyId,
    },
  },
  {
    type: 'AWS::KMS::Alias',
    support: 'evaluated',
    reason: 'names its key',
    properties: { AliasName: 'evaluated', TargetKeyId: 'evaluated' },
    ref: (of) => of.name('AliasName', 256),
  },
];

/** Keys, whose policies are evaluated whenever a service would use them for a caller; nobody calls KMS here. */
export const kms: ServiceModule = {
  types,
  resourcePolicies: (assembly) =>
    new Map(
      assembly
        .ofType('AWS::KMS::Key')
        .map((key) => [
          assembly.attribute(key, 'Arn'),
          (assembly.properties(key).KeyPolicy as JsonObject | undefined) ?? defaultKeyPolicy(assembly),
        ]),
    ),
};
