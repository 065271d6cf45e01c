import { members } from '../../assembly/resource-types';
import type { Assembly, Identity, JsonObject, ResourceType } from '../../contracts';
import type { ServiceModule } from '../../service-module';

const EVALUATED = 'the endpoint evaluates it for every call';
const NO_USERS = 'template only: nobody signs in here as an IAM user or group' as const;

const iamArn = (of: Identity, kind: 'role' | 'policy', name: string) =>
  `arn:aws:iam::${of.account}:${kind}${of.property('Path') ?? '/'}${name}`;

const types: ResourceType[] = [
  {
    type: 'AWS::IAM::Role',
    support: 'evaluated',
    reason: EVALUATED,
    properties: {
      AssumeRolePolicyDocument: 'evaluated',
      Description: 'template only: a text for people',
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
    support: 'evaluated',
    reason: EVALUATED,
    properties: { PolicyName: 'evaluated', PolicyDocument: 'evaluated', Roles: 'evaluated', Users: NO_USERS, Groups: NO_USERS },
    ref: (of) => of.name('PolicyId'),
    attributes: { Id: (of) => of.name('PolicyId') },
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    support: 'evaluated',
    reason: EVALUATED,
    properties: {
      Description: 'template only: a text for people',
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
];

/** Roles and their policies, which the endpoint evaluates; nobody calls IAM here. */
export const iam: ServiceModule = {
  types,
  resourcePolicies: (assembly: Assembly) =>
    new Map(
      assembly
        .ofType('AWS::IAM::Role')
        .map((role) => [assembly.attribute(role, 'Arn'), assembly.properties(role).AssumeRolePolicyDocument as JsonObject]),
    ),
};
