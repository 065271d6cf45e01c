import type { Assembly, Check, JsonObject, Principal } from '../contracts';
import { type Documents, readDocuments } from './documents';
import { type Caller, createEvaluator } from './evaluate';
import { defaultKeyPolicy, isKeyArn } from './keys';
import type { Session } from './sessions';
import { validatePolicies } from './validate';

export type { Documents, RoleRecord } from './documents';

/** The policies of an assembly, asked. Each answer is undefined when allowed, else AWS's message. */
export interface Policies {
  readonly documents: Documents;
  forSession(session: Session, check: Check): string | undefined;
  /** A role as its service would call with it. */
  forRole(roleArn: string, check: Check): string | undefined;
  forService(service: string, sourceArn: string | undefined, check: Check): string | undefined;
  /** Whoever deploys: an administrator of the account. */
  forAdministrator(check: Check): string | undefined;
}

/** Reads and checks every policy of the assembly; rejects when IAM would not store one. */
export async function openPolicies(assembly: Assembly, resourcePolicies: ReadonlyMap<string, JsonObject>): Promise<Policies> {
  const policies = readPolicies(assembly, resourcePolicies);
  await validatePolicies(policies.documents, assembly);
  return policies;
}

/** Reads every policy of the assembly as it is. */
export function readPolicies(assembly: Assembly, resourcePolicies: ReadonlyMap<string, JsonObject>): Policies {
  const { account, region, partition } = assembly;
  const documents = readDocuments(assembly, resourcePolicies);
  const elsewhere = (arn: string) => (isRole(arn) ? NO_TRUST : isKeyArn(arn) ? unknownKey : undefined);
  const unknownKey = defaultKeyPolicy(assembly);
  const evaluate = createEvaluator(account, (arn) => documents.resource(arn) ?? elsewhere(arn));

  // What every service sets. The engines speak HTTP on this machine and stand for endpoints that only speak TLS.
  const common = {
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': account,
    'aws:ViaAWSService': 'false',
  };
  const callers = new WeakMap<Principal, Caller>();
  const callerOf = (principal: Principal, userId: string, session: Caller['session']): Caller => {
    const known = callers.get(principal);
    if (known) {
      return known;
    }
    const role = principal.roleArn === undefined ? undefined : documents.role(principal.roleArn);
    if (principal.roleArn !== undefined && !role) {
      throw new Error(`${principal.roleArn} is not a role of the assembly`);
    }
    const tags = Object.entries({ ...role?.tags, ...principal.tags });
    const caller: Caller = {
      principal: principal.arn,
      identity: role ? role.identity() : [{ name: 'root', document: EVERYTHING }],
      boundary: role?.boundary() ?? [],
      session,
      context: {
        ...common,
        ...Object.fromEntries(tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
        'aws:PrincipalArn': principal.roleArn ?? principal.arn,
        'aws:PrincipalAccount': account,
        'aws:PrincipalType': role ? 'AssumedRole' : 'Account',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': userId,
        'kms:CallerAccount': account,
      },
    };
    callers.set(principal, caller);
    return caller;
  };
  const roles = new Map<string, Principal>();
  const services = new Map<string, Caller>();
  const administrator = { arn: `arn:${partition}:iam::${account}:root`, tags: {}, accessKeyId: '' };
  return {
    documents,
    forAdministrator: (check) => evaluate(callerOf(administrator, account, []), check),
    forSession: ({ principal, userId, policies }, check) => evaluate(callerOf(principal, userId, policies), check),
    forRole(roleArn, check) {
      const name = documents.role(roleArn)?.name ?? roleArn;
      const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/sandbox`;
      const principal = roles.get(roleArn) ?? { arn, roleArn, tags: {}, accessKeyId: '' };
      roles.set(roleArn, principal);
      return evaluate(callerOf(principal, `${documents.role(roleArn)?.id}:sandbox`, []), check);
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
        'aws:SourceAccount': account,
        ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
      };
      const caller: Caller = { principal: service, identity: [], boundary: [], session: [], context };
      if (services.size >= SERVICES_REMEMBERED) {
        services.clear();
      }
      services.set(name, caller);
      return evaluate(caller, check);
    },
  };
}

/** Services with their source ARNs: a source may hold the path of a request. */
const SERVICES_REMEMBERED = 1_000;

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** A role that is not there trusts nobody; STS does not tell whether it exists. */
const NO_TRUST = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ],
};

function isRole(arn: string): boolean {
  return /^arn:[^:]+:iam::\d*:role\//.test(arn);
}
