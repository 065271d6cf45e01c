import { TENANT_ID_PATTERN } from '../../../src/runtime/tenant-id';
import { openContents } from '../../sandbox/assembly';
import { readManifest } from '../../sandbox/assembly/manifest';
import { resourceTypes } from '../../sandbox/services';
import type { Request, Tags } from '../isolation/evaluate';
import { platformOf, type TenantRole } from '../isolation/platform';
import { type Caller, callersOf, told } from './callers';
import type { Choice } from './choices';
import { admitted, script } from './claims';
import { isConfirmed } from './confirm';
import { rejectElsewhere } from './elsewhere';
import { type Expected, isExpected } from './expected';
import { type Model, modelOf, type Templates } from './model';
import { type Attached, type PolicyStatement, statementsIn } from './policies';
import { type Deciding, questionAbout } from './question';
import { type Place, placesOf } from './reach';
import type { Solver } from './solver';
import { separatorFree, stsMayTake } from './tenant-ids';
import { tenantOf } from './tenants';
import { and, literal, not, or } from './terms';

/** A request of somebody that reaches data that it is not meant to reach. */
export interface Finding {
  /** The construct path of a role or user, `everybody`, a service or an ARN. */
  readonly principal: string;
  readonly reaches: {
    /** The construct path, with ` index <name>` or ` stream`. */
    readonly resource: string;
    readonly action: string;
    /** The tenant whose data a tenant's session reaches. @default - those of all tenants */
    readonly owner?: string;
  };
  /** The tags of the session. */
  readonly tags: Tags;
  readonly request: Request;
  /** The conditions and parameters of the templates with which it is allowed, by `Stack.Name`. */
  readonly given: Readonly<Record<string, Choice['value']>>;
  /** Whether the evaluator of policies allows the request. */
  readonly confirmed: boolean;
}

/** Reads the templates of a cloud assembly. */
export function readTemplates(directory: string): Templates {
  return { directory, contents: readManifest(directory) };
}

/**
 * Everybody who reaches data that is not declared, in any combination of the templates' conditions and parameters: principals of the assembly
 * and everybody outside, by their own policies and those of resources, and the roles that they may assume.
 *
 * @throws NotSupported for something that means something to IAM and is not read
 */
export async function findings(solver: Solver, templates: Templates, expected: Expected): Promise<readonly Finding[]> {
  return (await examine(solver, templates, expected)).findings;
}

/** The findings, and how many callers, accesses and queries there were. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly principals: number;
  readonly tenantRoles: number;
  readonly accesses: number;
  readonly questions: number;
  readonly conditions: number;
  /** Queries without an answer. */
  readonly unanswered: readonly string[];
}

export async function examine(solver: Solver, templates: Templates, expected: Expected): Promise<Examination> {
  const model = modelOf(templates);
  const { assembly, variables, reader } = model;
  const { account } = assembly;
  const statements = new Map<Attached, readonly PolicyStatement[]>();
  const read = (attached: readonly Attached[]) =>
    attached.flatMap((one) => {
      const known = statements.get(one) ?? statementsIn(reader, variables, [one]);
      statements.set(one, known);
      return known;
    });

  const resourcePolicies = [...model.held.flatMap(({ policies }) => policies), ...model.principals.flatMap(({ trust }) => trust)];
  const named = read(resourcePolicies).flatMap((statement) => (statement.effect === 'Allow' ? (statement.named ?? []) : []));
  const callers = callersOf(model, named).map((caller) => {
    const deciding = decidingOf(caller, read, variables.term);
    return { caller, deciding, tenant: tenantOf(caller, read(caller.trust), deciding, account) };
  });
  const tenants = callers.flatMap(({ tenant }) => tenant ?? []);
  const allowed = callers.flatMap(({ tenant, deciding }) =>
    tenant ? (deciding.identity ?? []).filter(({ effect }) => effect === 'Allow') : [],
  );
  const platform = platformOf(openContents(templates.directory, templates.contents, resourceTypes), tenants, allowed);
  const places = placesOf(model, platform);
  const identities = callers.flatMap(({ deciding }) => deciding.identity ?? []);
  rejectElsewhere(templates.contents, [...identities, ...read(resourcePolicies)], places);

  const found: Finding[] = invokedByOthers(model, expected);
  const unanswered: string[] = [];
  let [questions, accesses] = [0, 0];
  const ask = async (what: string, text: string) => {
    questions += 1;
    const answer = await solver.ask(text);
    if (answer.answer === 'unknown') unanswered.push(`${what}: cvc5 finds no answer`);
    return answer.answer === 'sat' ? answer.values : undefined;
  };
  const examined = async ({ caller, deciding, tenant }: (typeof callers)[number], place: Place) => {
    if (!isAsked(caller, place, tenants)) return;
    const asked = { caller, place, platform, expected, variables, account, tag: tenant?.tag };
    const question = questionAbout({ ...asked, deciding: { ...deciding, resource: read(place.held.policies) } });
    if (question === undefined) return;
    accesses += 1;
    const what = `${caller.name}: ${place.action} on ${place.path}`;
    const any = await ask(what, question.script());
    if (any === undefined) return;
    const values = (await ask(what, question.script(TENANT_ID_PATTERN))) ?? any;
    const { tags, request, other } = question.read(values);
    const given = variables.read(values);
    found.push({
      ...{
        principal: caller.name,
        reaches: { resource: place.path, action: place.action, ...(other === undefined ? {} : { owner: other }) },
      },
      ...{ tags, request, given: told(given), confirmed: isConfirmed(model, caller, place, tags, request, given) },
    });
  };
  await Promise.all(callers.flatMap((caller) => places.map((place) => examined(caller, place))));
  for (const { caller, tenant } of callers) {
    if (tenant === undefined) continue;
    const values = await ask(`${caller.name}: its trust`, ambiguousOpening(model, tenant, read(caller.trust)));
    if (values === undefined) continue;
    const tags = values.tagged === true ? { [tenant.tag]: String(values.tag) } : {};
    const request = { action: 'sts:AssumeRole', resource: tenant.arn, context: {} };
    const reaches = { resource: caller.name, action: 'sts:AssumeRole' };
    found.push({ principal: 'who opens its sessions', reaches, tags, request, given: told(variables.read(values)), confirmed: true });
  }
  const conditions = templates.contents.stacks.reduce((sum, { template }) => sum + Object.keys(template.Conditions ?? {}).length, 0);
  return { findings: found, principals: callers.length, tenantRoles: tenants.length, accesses, questions, conditions, unanswered };
}

function decidingOf(
  caller: Caller,
  read: (attached: readonly Attached[]) => PolicyStatement[],
  term: (given: Attached['given']) => string,
): Deciding {
  return {
    ...(caller.identity === undefined
      ? caller.kind === 'service' || caller.kind === 'federated'
        ? { identity: [] }
        : {}
      : { identity: read(caller.identity) }),
    boundary: read(caller.boundary),
    bounded: or(...caller.boundary.map(({ given }) => term(given))),
    resource: [],
  };
}

/**
 * Services act with the roles of the assembly, which are asked about themselves. Principals of the account whose policies are not in the
 * assembly may reach whatever their administrators let them reach, so that only roles that they may assume are asked about.
 */
function isAsked(caller: Caller, { held, action }: Place, tenants: readonly TenantRole[]): boolean {
  // Who may change its own permissions has all of them. Who becomes itself has no more, except for a tenant's session with another tag.
  const becomes = /^(sts:|iam:(CreateAccessKey|CreateLoginProfile|UpdateLoginProfile)$)/.test(action);
  if (held.arn === caller.arn && becomes && !tenants.some(({ arn }) => arn === held.arn)) return false;
  // Only who has signed in with a provider sends these requests.
  if (/^sts:AssumeRoleWith/.test(action) && caller.kind !== 'federated' && caller.arn !== undefined) return false;
  if (caller.kind === 'service') return held.type !== 'role' || tenants.some(({ arn }) => arn === held.arn);
  if (caller.kind === 'account') return held.type === 'role' && action.startsWith('sts:');
  return true;
}

/** A session of a tenant's role that is not one tenant's. */
function ambiguousOpening({ variables }: Model, tenant: TenantRole, trust: readonly PolicyStatement[]): string {
  const opened = admitted(tenant, {}, [...trust]);
  const assertions = [
    opened,
    not(and('tagged', not('another'), separatorFree('tag'))),
    stsMayTake('tag'),
    not(`(= anotherKey ${literal(tenant.tag)})`),
  ];
  const choices = variables.declare(assertions.join(' '));
  const constants = [
    ['tagged', 'Bool'],
    ['another', 'Bool'],
    ['tag', 'String'],
    ['anotherKey', 'String'],
  ];
  return script([...constants, ...choices.constants], [...assertions, ...choices.assertions]);
}

/** Functions may reach data: who invokes them from outside the account gets what they return. */
function invokedByOthers({ invokers, assembly: { account } }: Model, expected: Expected): Finding[] {
  return invokers.flatMap(({ path, principal, isOwn, function: name, given }) => {
    const isService = /\.amazonaws\.com$/.test(principal);
    const isOfAccount = isService ? isOwn : principal === account || principal.split(':')[4] === account;
    if (isOfAccount || isExpected(expected, principal, 'lambda:InvokeFunction', path)) return [];
    const choices = Object.fromEntries(given.map((choice) => [choice.name, choice.value]));
    const request = { action: 'lambda:InvokeFunction', resource: name, context: {} };
    const reaches = { resource: path, action: 'lambda:InvokeFunction' };
    return [{ principal: principal === '*' ? 'everybody' : principal, reaches, tags: {}, request, given: choices, confirmed: true }];
  });
}
