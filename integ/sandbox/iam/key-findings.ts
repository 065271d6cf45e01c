import type { Assembly, JsonObject, Problem, Resource } from '../contracts';
import { attempt } from '../process/attempt';
import { objects, strings } from '../protocol/json';
import { type Policies, readPolicies } from '.';
import type { KeyUse } from './key-uses';
import { keyArn, keyCheck, ownKeyCheck } from './keys';

/** Findings about the keys of an assembly, one line each. */
export interface KeyFindings {
  /** What AWS would reject at deployment, or what the sandbox can't run. */
  readonly rejected: readonly Problem[];
  /** What would deploy but fail at each use. */
  readonly failing: readonly string[];
  /** What only AWS can evaluate. */
  readonly undecided: readonly string[];
}

interface Finding {
  readonly resource: Resource;
  readonly kind: keyof KeyFindings;
  readonly text: string;
}

/** Evaluates key policies to find resources that AWS would reject because of their key. Nothing is started. */
export function keyFindings(assembly: Assembly, resourcePolicies: ReadonlyMap<string, JsonObject>, uses: readonly KeyUse[]): KeyFindings {
  const policies = attempt(() => readPolicies(assembly, resourcePolicies));
  if (policies === undefined) {
    return { rejected: [], failing: [], undecided: [] };
  }
  const keys = new Map(assembly.ofType('AWS::KMS::Key').map((resource) => [assembly.attribute(resource, 'Arn'), resource]));
  const found = [
    ...[...keys].flatMap(([arn, key]) => ofKey(assembly, policies, arn, key) ?? []),
    ...uses.flatMap((use) => ofUse(assembly, policies, keys, use) ?? []),
  ];
  const of = (kind: Finding['kind']) => [...new Map(found.filter((one) => one.kind === kind).map((one) => [one.text, one])).values()];
  const texts = (kind: Finding['kind']) => of(kind).map(({ text }) => text);
  const rejected = of('rejected').map(({ resource, text }) => ({ resource, message: text }));
  return { rejected, failing: texts('failing'), undecided: texts('undecided') };
}

/** Documented: PutKeyPolicy (AWS KMS API Reference), BypassPolicyLockoutSafetyCheck. */
function ofKey(assembly: Assembly, policies: Policies, arn: string, resource: Resource): Finding | undefined {
  const { id, type, properties } = resource;
  const denied = policies.forAdministrator({ action: 'kms:PutKeyPolicy', resource: arn, context: {} });
  if (denied === undefined || properties.BypassPolicyLockoutSafetyCheck === true || namesOthers(assembly, policies, arn)) {
    return undefined;
  }
  const text = `${type}.KeyPolicy: The new key policy will not allow you to update the key policy in the future (${id})`;
  return { resource, kind: 'rejected', text };
}

function ofUse(assembly: Assembly, policies: Policies, keys: ReadonlyMap<string, Resource>, use: KeyUse): Finding | undefined {
  const { resource, property, user } = use;
  const named = (problem: string) => `${resource.type}.${property} ${problem} (${resource.id})`;
  const fails = (problem: string): Finding => ({
    resource,
    kind: user.checked === 'at use' ? 'failing' : 'rejected',
    text: named(problem),
  });
  const undecided = (key: string): Finding => ({ resource, kind: 'undecided', text: `what the policy of the key ${key} lets services do` });
  if (user.format !== undefined && !user.format.test(use.key)) {
    return fails(`${JSON.stringify(use.key)} is not the ARN of a key`);
  }
  const arn = attempt(() => keyArn(assembly, use.key));
  if (arn === undefined) {
    const text = named(`${use.key} is not an alias of this assembly, so the sandbox does not know which key its callers need`);
    return user.format !== undefined ? undecided(use.key) : { resource, kind: 'rejected', text };
  }
  const region = arn.split(':')[3];
  if (region !== assembly.region) {
    return fails(`is a key of ${region}, but a key can only be used in its own Region`);
  }
  const key = keys.get(arn);
  if (key === undefined) {
    return undecided(`${arn}, which is not in this assembly,`);
  }
  const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = assembly.properties(key);
  if (KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT') {
    return fails(`is a key of the kind ${KeySpec} for ${KeyUsage}, but the service only encrypts with symmetric keys`);
  }
  const denied = denial(assembly, policies, use, arn);
  if (denied === undefined) {
    return undefined;
  }
  const open = user.principal === 'caller' && namesOthers(assembly, policies, arn);
  if (open) {
    return undecided(`${key.id}, which names principals from outside this assembly,`);
  }
  return fails(`names a key that can't be used: ${user.message(use)}: ${denied}`);
}

/** The message of AWS if a service cannot use a key. */
function denial(assembly: Assembly, policies: Policies, { user, context }: KeyUse, key: string): string | undefined {
  const via = `${user.service}.${assembly.region}.amazonaws.com`;
  for (const action of user.actions) {
    const itself = user.principal === 'service';
    const check = itself ? ownKeyCheck(action, key, context) : keyCheck(action, key, via, context);
    const denied = itself ? policies.forService(via, Object.values(context)[0], check) : policies.forAdministrator(check);
    const byRole = () => policies.documents.roles.some(({ arn }) => attempt(() => policies.forRole(arn, check) === undefined) ?? true);
    if (denied !== undefined && !(user.checked === 'at use' && byRole())) {
      return denied;
    }
  }
  return undefined;
}

/** Whether a key policy allows something to an AWS principal outside the assembly, which may be the deployer or a user of the system. */
function namesOthers({ partition, account }: Assembly, { documents }: Policies, key: string): boolean {
  const own = ['*', account, `arn:${partition}:iam::${account}:root`, ...documents.roles.map(({ arn }) => arn)];
  return objects([documents.resource(key)?.Statement ?? []].flat()).some(
    ({ Effect, Principal }) => Effect === 'Allow' && strings((Principal as JsonObject | undefined)?.AWS).some((arn) => !own.includes(arn)),
  );
}
