import { supported } from '../../assembly/resource-types';
import type { Assembly, Identity, JsonObject, ResourceType } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { iamService } from './service';

const EVALUATED = 'the endpoint evaluates it for every call';
const NO_USERS = 'template only: the sandbox has no IAM users and groups' as const;

const iamArn = (of: Identity, kind: 'role' | 'policy', name: string) =>
  `arn:aws:iam::${of.account}:${kind}${of.property('Path') ?? '/'}${name}`;

const types: ResourceType[] = [
  {
    type: 'AWS::IAM::Role',
    support: 'evaluated',
    reason: EVALUATED,
    properties: supported(
      [
        'evaluated',
        'AssumeRolePolicyDocument ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary RoleName',
        'Policies.{PolicyName,PolicyDocument} Tags.{Key,Value}',
      ],
      ['template only: a description', 'Description'],
    ),
    ref: (of) => of.name('RoleName', 64),
    attributes: {
      Arn: (of) => iamArn(of, 'role', of.name('RoleName', 64)),
      RoleId: (of) => `AROA${of.token(17).toUpperCase()}`,
    },
  },
  {
    type: 'AWS::IAM::Policy',
    support: 'evaluated',
    reason: EVALUATED,
    properties: supported(['evaluated', 'PolicyName PolicyDocument Roles'], [NO_USERS, 'Users Groups']),
    ref: (of) => of.name('PolicyId'),
    attributes: { Id: (of) => of.name('PolicyId') },
  },
  {
    type: 'AWS::IAM::RolePolicy',
    support: 'evaluated',
    reason: EVALUATED,
    properties: supported(['evaluated', 'PolicyName PolicyDocument RoleName']),
    ref: (of) => of.name('PolicyName', 128),
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    support: 'evaluated',
    reason: EVALUATED,
    properties: supported(
      ['template only: a description', 'Description'],
      ['evaluated', 'ManagedPolicyName Path PolicyDocument Roles'],
      [NO_USERS, 'Users Groups'],
    ),
    ref: (of) => iamArn(of, 'policy', of.name('ManagedPolicyName', 128)),
    attributes: {
      PolicyArn: (of) => iamArn(of, 'policy', of.name('ManagedPolicyName', 128)),
      PolicyId: (of) => `ANPA${of.token(17).toUpperCase()}`,
    },
  },
];

/** Roles and their policies, which the endpoint evaluates. Of IAM's operations, the sandbox has those on versions of managed policies. */
export const iam: ServiceModule = {
  types,
  start({ policies, endpoint }) {
    endpoint.register(iamService(policies));
    return {};
  },
  resourcePolicies: (assembly: Assembly) =>
    new Map(
      assembly
        .ofType('AWS::IAM::Role')
        .map((role) => [assembly.attribute(role, 'Arn'), assembly.properties(role).AssumeRolePolicyDocument as JsonObject]),
    ),
};
