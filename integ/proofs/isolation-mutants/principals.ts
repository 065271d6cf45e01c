import type { JsonObject } from '../../sandbox';
import { type Caller, type Context, callerOf, denyingPolicy } from '../../sandbox/iam/evaluation';
import type { Request, Tags } from '../isolation/evaluate';
import type { Configuration, ConfiguredRole, Policy } from './configurations';

/** Someone who can make requests, with the policies of one configuration. */
export interface Principal {
  /** The same in all configurations: the construct path of a role, or what it is. */
  readonly id: string;
  readonly caller: Caller;
  readonly identity: readonly Policy[];
  readonly boundary: readonly Policy[];
  /** Condition keys of all of its requests. */
  readonly context: Context;
  readonly role?: ConfiguredRole;
  /** Equal for principals with the same policies, of the same id. */
  readonly fingerprint: string;
}

const ELSEWHERE = '210987654321';
const NOW = '2026-11-30T00:00:00Z';

const EVERYTHING: Policy = {
  number: -1,
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/**
 * Everyone who may matter: the roles of the assembly; a role of the same account that no policy names; an administrator of another account;
 * and the services that a policy of a resource names, acting for this account and for another one.
 */
export function principalsOf(configuration: Configuration): Principal[] {
  const { account } = configuration.assembly;
  const role = (arn: string, id: string, identity: readonly Policy[]): Principal =>
    principal({ id, caller: callerOf(arn), identity, boundary: [], context: ofRole(configuration, arn, arn.split(':')[4], {}) });
  return [
    ...configuration.roles.map((own) => sessionOf(configuration, own, {})),
    role(`arn:aws:iam::${account}:role/unrelated`, 'a role of the account without permissions', []),
    role(`arn:aws:iam::${ELSEWHERE}:role/elsewhere`, 'another account', [EVERYTHING]),
    ...servicesNamed(configuration).flatMap((name) =>
      [account, ELSEWHERE].map((owner) =>
        principal({
          id: `${name} for ${owner === account ? 'this account' : 'another account'}`,
          ...{ caller: callerOf(name), identity: [], boundary: [] },
          context: {
            ...common(configuration),
            ...{ 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': name, 'aws:PrincipalServiceNamesList': [name] },
            ...{ 'aws:SourceAccount': owner, 'aws:SourceArn': `arn:aws:${name.split('.')[0]}:${configuration.assembly.region}:${owner}:x` },
          },
        }),
      ),
    ),
  ];
}

/** A session of a role with these tags. */
export function sessionOf(configuration: Configuration, role: ConfiguredRole, tags: Tags): Principal {
  return principal({
    id: role.path,
    caller: callerOf(role.arn, { bounded: role.boundary.length > 0 }),
    ...{ identity: role.identity, boundary: role.boundary, role },
    context: ofRole(configuration, role.arn, configuration.assembly.account, { ...role.tags, ...tags }),
  });
}

/** Whether all policies together allow a request. */
export function isAllowed(configuration: Configuration, principal: Principal, { action, resource, context }: Request): boolean {
  const policy = configuration.policyOf(resource)?.document ?? (/^arn:aws:iam::\d*:role\//.test(resource) ? TRUSTS_NOBODY : undefined);
  const documents = {
    identity: principal.identity.map(({ document }) => document),
    boundary: principal.boundary.map(({ document }) => document),
    ...{ session: [], resource: policy },
  };
  const account = configuration.assembly.account;
  return (
    denyingPolicy({ caller: principal.caller, action, resource, account, contexts: [principal.context, context] }, documents) === undefined
  );
}

/** Whether a principal may open a session of a role with exactly these tags. A call with tags needs both actions. */
export function mayOpen(configuration: Configuration, principal: Principal, role: ConfiguredRole, tags: Tags): boolean {
  const keys = Object.keys(tags);
  const context = {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
  };
  const actions = keys.length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
  return actions.every((action) => isAllowed(configuration, principal, { action, resource: role.arn, context }));
}

const TRUSTS_NOBODY: JsonObject = { Version: '2012-10-17', Statement: [] };

function principal(parts: Omit<Principal, 'fingerprint'>): Principal {
  const numbers = (policies: readonly Policy[]) => policies.map(({ number }) => number).join();
  return { ...parts, fingerprint: `${parts.id} ${numbers(parts.identity)} ${numbers(parts.boundary)}` };
}

function ofRole(configuration: Configuration, arn: string, account: string, tags: Tags): Context {
  return {
    ...common(configuration),
    ...{ 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, 'kms:CallerAccount': account, 'aws:PrincipalType': 'AssumedRole' },
    ...{ 'aws:PrincipalIsAWSService': 'false', 'aws:TokenIssueTime': NOW },
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}

function common({ assembly: { account, region } }: Configuration): Context {
  return {
    ...{ 'aws:SecureTransport': 'true', 'aws:SourceIp': '127.0.0.1', 'aws:RequestedRegion': region, 'aws:ResourceAccount': account },
    ...{ 'aws:ViaAWSService': 'false', 'aws:CurrentTime': NOW, 'aws:EpochTime': String(Date.parse(NOW) / 1000) },
  };
}

/** The services that the policies of tables, buckets, queues and keys name. Trust policies are left out: a service assumes its own roles. */
function servicesNamed({ assembly, policyOf }: Configuration): string[] {
  const types = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::KMS::Key'];
  const policies = types.flatMap((type) => assembly.ofType(type).map((resource) => policyOf(assembly.attribute(resource, 'Arn'))));
  const statements = policies.flatMap((policy) => [policy?.document.Statement ?? []].flat() as JsonObject[]);
  const services = statements.flatMap(({ Principal }) => [(Principal as JsonObject | undefined)?.Service ?? []].flat().map(String));
  return [...new Set(services)].sort();
}
