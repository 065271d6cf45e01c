import type { Assembly, Check, JsonObject, Principal } from '../contracts';
import { type Documents, readDocuments } from './documents';
import { type Caller, createEvaluator } from './evaluate';
import type { Lookup } from './evaluation';
import { defaultKeyPolicy, isKeyArn } from './keys';
import { resourceTags } from './resource-tags';
import type { Session } from './sessions';
import { validatePolicies } from './validate';

export type { Documents, RoleRecord } from './documents';

/** Evaluates the policies of an assembly. Each answer is undefined if allowed, or else the message of AWS. */
export interface Policies {
  readonly documents: Documents;
  /** Puts another document of a managed policy into force, for all requests from now on. */
  replaceManaged(arn: string, document: JsonObject): void;
  forSession(session: Session, check: Check): string | undefined;
  /** A principal for a role, as assumed by its service. */
  forRole(roleArn: string, check: Check): string | undefined;
  forService(service: string, sourceArn: string | undefined, check: Check): string | undefined;
  /** The root of another account, all of whose own policies allow the request. */
  forAccount(id: string, check: Check): string | undefined;
  /** The principal that deploys: an administrator of the account. */
  forAdministrator(check: Check): string | undefined;
}

/**
 * Reads and validates every policy of the assembly.
 *
 * @param now the time of requests, in milliseconds since the epoch
 * @throws if IAM would not accept a policy
 */
export function openPolicies(assembly: Assembly, resourcePolicies: ReadonlyMap<string, JsonObject>, now?: () => number): Policies {
  const policies = readPolicies(assembly, resourcePolicies, now);
  validatePolicies(policies.documents, assembly);
  return policies;
}

/** Reads every policy of the assembly without validation. */
export function readPolicies(
  assembly: Assembly,
  resourcePolicies: ReadonlyMap<string, JsonObject>,
  now: () => number = Date.now,
): Policies {
  const { account, region, partition } = assembly;
  const documents = readDocuments(assembly, resourcePolicies);
  const elsewhere = (arn: string) => (isRole(arn) ? NO_TRUST : isKeyArn(arn) ? unknownKey : undefined);
  const unknownKey = defaultKeyPolicy(assembly);
  const tags = resourceTags(assembly);
  const time = timeOf(now);
  const evaluate = createEvaluator(
    account,
    (arn) => documents.resource(arn) ?? elsewhere(arn),
    (check) => [time, (key) => tags(check.resource, key)],
  );

  // Keys that every service sets. Requests count as TLS requests, although the endpoint uses HTTP.
  const common = {
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': account,
    'aws:ViaAWSService': 'false',
  };
  let callers = new WeakMap<Principal, Caller>();
  const callerOf = (principal: Principal, userId: string, session: Caller['session'], own: Caller['context'] = {}): Caller => {
    const known = callers.get(principal);
    if (known) {
      return known;
    }
    const role = principal.roleArn === undefined ? undefined : documents.role(principal.roleArn);
    if (principal.roleArn !== undefined && !role) {
      throw new Error(`${principal.roleArn} is not a role of the assembly`);
    }
    const principalTags = Object.entries({ ...role?.tags, ...principal.tags });
    const caller: Caller = {
      principal: principal.arn,
      roleArn: principal.roleArn,
      identity: role ? role.identity() : [{ name: 'root', document: EVERYTHING }],
      boundary: role?.boundary() ?? [],
      session,
      context: {
        ...common,
        ...Object.fromEntries(principalTags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
        'aws:PrincipalArn': principal.roleArn ?? principal.arn,
        'aws:PrincipalAccount': account,
        'aws:PrincipalType': role ? 'AssumedRole' : 'Account',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': userId,
        'kms:CallerAccount': account,
        ...own,
      },
    };
    callers.set(principal, caller);
    return caller;
  };
  const roles = new Map<string, Principal>();
  const services = new Map<string, Caller>();
  const accounts = new Map<string, Caller>();
  const administrator = { arn: `arn:${partition}:iam::${account}:root`, tags: {}, accessKeyId: '' };
  return {
    documents,
    replaceManaged(arn, document) {
      documents.replaceManaged(arn, document);
      callers = new WeakMap();
    },
    forAdministrator: (check) => evaluate(callerOf(administrator, account, []), check),
    forSession: (session, check) => evaluate(callerOf(session.principal, session.userId, session.policies, ofSession(session)), check),
    forRole(roleArn, check) {
      const name = documents.role(roleArn)?.name ?? roleArn;
      const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/sandbox`;
      const principal = roles.get(roleArn) ?? { arn, roleArn, tags: {}, accessKeyId: '' };
      roles.set(roleArn, principal);
      // The service takes new credentials whenever it needs them.
      const issued = { 'aws:TokenIssueTime': wholeSeconds(now()), ...check.context };
      return evaluate(callerOf(principal, `${documents.role(roleArn)?.id}:sandbox`, [], TEMPORARY), { ...check, context: issued });
    },
    forAccount(id, check) {
      const principal = `arn:${partition}:iam::${id}:root`;
      const context = {
        ...common,
        ...{ 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': id, 'aws:PrincipalType': 'Account' },
        ...{ 'aws:PrincipalIsAWSService': 'false', 'aws:userid': id, 'kms:CallerAccount': id },
      };
      const identity = [{ name: 'root', document: EVERYTHING }];
      const caller = accounts.get(id) ?? { principal, identity, boundary: [], session: [], context };
      accounts.set(id, caller);
      return evaluate(caller, check);
    },
    forService: (service, sourceArn, check) => {
      const name = `${service} ${sourceArn}`;
      const known = services.get(name);
      if (known) {
        return evaluate(known, check);
      }
      const context = {
        ...common,
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': service,
        'aws:PrincipalServiceNamesList': [service],
        'aws:SourceAccount': account,
        ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
      };
      const caller: Caller = { principal: service, identity: [], boundary: [], session: [], context };
      if (services.size >= CACHED_SERVICES) {
        services.clear();
      }
      services.set(name, caller);
      return evaluate(caller, check);
    },
  };
}

/** What requests with temporary credentials have, of which none is opened with MFA. */
const TEMPORARY = { 'aws:MultiFactorAuthPresent': 'false' };

/** The condition keys of a session. Only temporary credentials have a time of issue, and only their requests say whether MFA was used. */
function ofSession({ issued, context }: Session): Caller['context'] {
  return issued === undefined ? {} : { ...TEMPORARY, 'aws:TokenIssueTime': wholeSeconds(issued), ...context };
}

/**
 * `2026-11-30T01:02:03Z`. The credentials of a session have the time of their issue in whole seconds (documented: `creationDate`,
 * "CloudTrail userIdentity element"), so that a revocation within the same second applies to them.
 */
function wholeSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

function timeOf(now: () => number): Lookup {
  return (key) => {
    if (key === 'aws:currenttime') return new Date(now()).toISOString();
    return key === 'aws:epochtime' ? String(Math.floor(now() / 1000)) : undefined;
  };
}

/** The maximum number of cached services with source ARNs, because a source ARN can contain a request path. */
const CACHED_SERVICES = 1_000;

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** A role that does not exist trusts nobody; the error of STS does not reveal whether it exists. */
const NO_TRUST = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ],
};

function isRole(arn: string): boolean {
  return /^arn:[^:]+:iam::\d*:role\//.test(arn);
}
