import type { Identity, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const BY_THE_DOOR = 'the door evaluates it for every call';
const NO_USERS = 'asserted only: nobody signs in here as an IAM user or group' as const;
const NO_TAGS = 'asserted only: nothing here reads its tags' as const;
const NO_CRYPTOGRAPHY = 'asserted only: the key encrypts nothing here, its policy decides' as const;

const iamArn = (of: Identity, kind: 'role' | 'policy', name: string) =>
  `arn:aws:iam::${of.account}:${kind}${of.property('Path') ?? '/'}${name}`;
const keyId = (of: Identity) => of.token(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The resource types that the door decides by. */
export const knowledge: TypeKnowledge[] = [
  {
    type: 'AWS::IAM::Role',
    standing: 'evaluated',
    reason: BY_THE_DOOR,
    properties: {
      AssumeRolePolicyDocument: 'evaluated',
      Description: 'asserted only: a text for people',
      ManagedPolicyArns: 'evaluated',
      MaxSessionDuration: 'evaluated',
      Path: 'evaluated',
      PermissionsBoundary: 'evaluated',
      ...members('Policies', 'evaluated', ['PolicyName', 'PolicyDocument']),
      RoleName: 'evaluated',
      ...members('Tags', 'evaluated', ['Key', 'Value']),
    },
    ref: (of) => of.name('RoleName', 64),
    attributes: {
      Arn: (of) => iamArn(of, 'role', of.name('RoleName', 64)),
      RoleId: (of) => `AROA${of.token(17).toUpperCase()}`,
    },
  },
  {
    type: 'AWS::IAM::Policy',
    standing: 'evaluated',
    reason: BY_THE_DOOR,
    properties: { PolicyName: 'evaluated', PolicyDocument: 'evaluated', Roles: 'evaluated', Users: NO_USERS, Groups: NO_USERS },
    ref: (of) => of.name('PolicyId'),
    attributes: { Id: (of) => of.name('PolicyId') },
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    standing: 'evaluated',
    reason: BY_THE_DOOR,
    properties: {
      Description: 'asserted only: a text for people',
      ManagedPolicyName: 'evaluated',
      Path: 'evaluated',
      PolicyDocument: 'evaluated',
      Roles: 'evaluated',
      Users: NO_USERS,
      Groups: NO_USERS,
    },
    ref: (of) => iamArn(of, 'policy', of.name('ManagedPolicyName', 128)),
    attributes: {
      PolicyArn: (of) => iamArn(of, 'policy', of.name('ManagedPolicyName', 128)),
      PolicyId: (of) => `ANPA${of.token(17).toUpperCase()}`,
    },
  },
  {
    type: 'AWS::SQS::QueuePolicy',
    standing: 'evaluated',
    reason: BY_THE_DOOR,
    properties: { PolicyDocument: 'evaluated', Queues: 'evaluated' },
    ref: (of) => of.name('PolicyId'),
    attributes: { Id: (of) => of.name('PolicyId') },
  },
  {
    type: 'AWS::S3::BucketPolicy',
    standing: 'evaluated',
    reason: BY_THE_DOOR,
    properties: { Bucket: 'evaluated', PolicyDocument: 'evaluated' },
    ref: (of) => String(of.property('Bucket') ?? ''),
  },
  {
    type: 'AWS::SecretsManager::ResourcePolicy',
    standing: 'evaluated',
    reason: BY_THE_DOOR,
    properties: {
      BlockPublicPolicy: 'asserted only: whether a policy is too wide is not judged here',
      ResourcePolicy: 'evaluated',
      SecretId: 'evaluated',
    },
    ref: (of) => String(of.property('SecretId') ?? ''),
    attributes: { Id: (of) => String(of.property('SecretId') ?? '') },
  },
  {
    type: 'AWS::KMS::Key',
    standing: 'evaluated',
    reason: 'the door asks its policy whenever a service would use it for a caller; nothing is encrypted on this machine',
    properties: {
      KeyPolicy: 'evaluated',
      BypassPolicyLockoutSafetyCheck: NO_CRYPTOGRAPHY,
      Description: 'asserted only: a text for people',
      EnableKeyRotation: NO_CRYPTOGRAPHY,
      KeySpec: NO_CRYPTOGRAPHY,
      KeyUsage: NO_CRYPTOGRAPHY,
      MultiRegion: NO_CRYPTOGRAPHY,
      Origin: NO_CRYPTOGRAPHY,
      PendingWindowInDays: NO_CRYPTOGRAPHY,
      RotationPeriodInDays: NO_CRYPTOGRAPHY,
      Tags: NO_TAGS,
    },
    ref: keyId,
    attributes: {
      Arn: (of) => `arn:aws:kms:${of.region}:${of.account}:key/${keyId(of)}`,
      KeyId: keyId,
    },
  },
  {
    type: 'AWS::KMS::Alias',
    standing: 'evaluated',
    reason: 'names its key',
    properties: { AliasName: 'evaluated', TargetKeyId: 'evaluated' },
    ref: (of) => of.name('AliasName', 256),
  },
];
