import type { Json, JsonObject } from '../../contracts';
import { textsOf } from './conditions';

/** Who makes a request. */
export type Caller =
  | {
      readonly kind: 'session';
      /** `arn:aws:sts::123456789012:assumed-role/name/session` */
      readonly arn: string;
      readonly roleArn: string;
      readonly account: string;
      /** Whether its role has a permissions boundary. */
      readonly bounded: boolean;
    }
  | { readonly kind: 'user'; readonly arn: string; readonly account: string; readonly bounded: boolean }
  /** The root of an account. */
  | { readonly kind: 'root'; readonly account: string }
  | { readonly kind: 'service'; readonly name: string };

/**
 * How a statement names a caller. It decides which other policies limit what a resource policy allows:
 *
 * - `direct`: the session, the user or the service itself, or everyone. No other policy limits it within the account;
 * - `role`: the role of the session. The boundary and the session policies limit it;
 * - `account`: the account, which may allow it by its own policies.
 */
export type Naming = 'direct' | 'role' | 'account';

/** The Principal or NotPrincipal element of a statement. */
export interface Principals {
  /** How it names a caller; undefined if it does not apply to the caller. */
  naming(caller: Caller): Naming | undefined;
}

const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;

interface Named {
  readonly everyone: boolean;
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/** Reads the elements of a statement; undefined if it has none, as in identity policies. */
export function principalsOf({ Principal, NotPrincipal }: JsonObject): Principals | undefined {
  if (NotPrincipal !== undefined) {
    const named = namedIn(NotPrincipal);
    return { naming: (caller) => (isExempt(named, caller) ? undefined : 'direct') };
  }
  if (Principal === undefined) return undefined;
  const named = namedIn(Principal);
  return { naming: (caller) => namingOf(named, caller) };
}

function namedIn(element: Json): Named {
  if (element === '*') return { everyone: true, accounts: new Set(), arns: new Set(), services: new Set() };
  const { AWS, Service } = element as JsonObject;
  const aws = AWS === undefined ? [] : textsOf(AWS);
  const accountOf = (text: string) => (/^\d{12}$/.test(text) ? text : ROOT.exec(text)?.[1]);
  return {
    everyone: aws.includes('*'),
    accounts: new Set(aws.flatMap((text) => accountOf(text) ?? [])),
    arns: new Set(aws.filter((text) => accountOf(text) === undefined)),
    services: new Set(Service === undefined ? [] : textsOf(Service)),
  };
}

/** Documented: "AWS JSON policy elements: Principal" (IAM User Guide). */
function namingOf({ everyone, accounts, arns, services }: Named, caller: Caller): Naming | undefined {
  if (everyone) return 'direct';
  if (caller.kind === 'service') return services.has(caller.name) ? 'direct' : undefined;
  if (caller.kind !== 'root' && arns.has(caller.arn)) return 'direct';
  if (caller.kind === 'session' && arns.has(caller.roleArn)) return 'role';
  return accounts.has(caller.account) ? 'account' : undefined;
}

/**
 * Whether NotPrincipal names a caller. Documented: "AWS JSON policy elements: NotPrincipal" (IAM User Guide): AWS validates the account
 * first, then the role, and then its session, so that each of them must be named, and a principal with a permissions boundary is always
 * denied.
 */
function isExempt({ everyone, accounts, arns, services }: Named, caller: Caller): boolean {
  if (everyone) return true;
  if (caller.kind === 'service') return services.has(caller.name);
  if (!accounts.has(caller.account)) return false;
  if (caller.kind === 'root') return true;
  if (caller.bounded || !arns.has(caller.arn)) return false;
  return caller.kind === 'user' || arns.has(caller.roleArn);
}

/**
 * The caller of a principal's ARN or service name. The ARN of a role stands for one of its sessions.
 *
 * @param roleArn the role of a session, whose path the ARN of the session does not have
 */
export function callerOf(principal: string, { roleArn, bounded = false }: { roleArn?: string; bounded?: boolean } = {}): Caller {
  if (!principal.startsWith('arn:')) return { kind: 'service', name: principal };
  const [, partition, service, , account, resource] = principal.split(':');
  const [type, name] = resource.split('/');
  if (service === 'iam' && type === 'root') return { kind: 'root', account };
  if (service === 'iam' && type === 'user') return { kind: 'user', arn: principal, account, bounded };
  if (service === 'iam' && type === 'role') {
    const last = resource.split('/').at(-1);
    return { kind: 'session', arn: `arn:${partition}:sts::${account}:assumed-role/${last}/-`, roleArn: principal, account, bounded };
  }
  if (service === 'sts' && type === 'assumed-role') {
    return { kind: 'session', arn: principal, roleArn: roleArn ?? `arn:${partition}:iam::${account}:role/${name}`, account, bounded };
  }
  throw new Error(`The principal ${principal} is not supported: expected a role, its session, a user, the root of an account or a service`);
}
