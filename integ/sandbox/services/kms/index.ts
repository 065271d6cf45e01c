import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, JsonObject, ResourceType } from '../../contracts';
import { defaultKeyPolicy } from '../../iam/keys';
import type { ServiceModule } from '../../service-module';

const NO_TAGS = 'template only: the sandbox does not read its tags' as const;
const NO_CRYPTOGRAPHY = 'template only: the sandbox evaluates the key policy but does not encrypt' as const;

const keyId = (of: Identity) => uuid(of.token(32));

const types: ResourceType[] = [
  {
    type: 'AWS::KMS::Key',
    support: 'evaluated',
    reason: 'the endpoint evaluates its policy whenever a service would use it for a caller; nothing is encrypted on this machine',
    properties: supported(
      ['evaluated', 'KeyPolicy'],
      [
        NO_CRYPTOGRAPHY,
        'BypassPolicyLockoutSafetyCheck EnableKeyRotation KeySpec KeyUsage MultiRegion Origin PendingWindowInDays RotationPeriodInDays',
      ],
      ['template only: a description', 'Description'],
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
    reason: 'resolves to its key',
    properties: { AliasName: 'evaluated', TargetKeyId: 'evaluated' },
    ref: (of) => of.name('AliasName', 256),
  },
];

/** Keys, whose policies are evaluated whenever a service would use them for a caller. The sandbox has no operations of KMS. */
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
