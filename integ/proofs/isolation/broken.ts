import type { Json, JsonObject } from '../../sandbox';
import type { TenantRole } from './platform';
import { NAMES } from './services';
import { actionsOf, asList } from './statements';

/** A mistake in a policy that a proof must find. */
export interface Mistake {
  readonly name: string;
  /** What is removed, including from the denials. */
  readonly what: string;
  /**
   * The role with the mistake; undefined if the mistake does not apply to the role.
   *
   * @param denials whether denials with the same condition are weakened too
   */
  apply(role: TenantRole, denials: boolean): TenantRole | undefined;
}

type Change = (statement: JsonObject, role: TenantRole) => JsonObject | undefined;

/**
 * Seven mistakes, applied to the synthesized policy documents.
 *
 * Most permissions have denials that repeat their condition, so that a mistake in the permission alone gives no access. Each mistake here
 * therefore breaks both the permission and the denials. `denials: false` breaks the permission alone.
 */
export const MISTAKES: readonly Mistake[] = [
  {
    name: 'no Null condition',
    what: 'permissions lose their Null conditions, and denials that only have one are removed: a missing key makes ForAllValues true',
    apply: identity((statement) => {
      const { Null, ...others } = conditionsOf(statement);
      if (Null === undefined) return statement;
      if (statement.Effect === 'Deny' && Object.keys(others).length === 0) return undefined;
      return { ...statement, Condition: others };
    }),
  },
  {
    name: 'no separator',
    what: 'leading keys are compared with the tag and `*` instead of the tag, `#` and `*`, in permissions and denials',
    apply: identity((statement, { tag }) => replaced(statement, `\${aws:PrincipalTag/${tag}}#*`, `\${aws:PrincipalTag/${tag}}*`)),
  },
  {
    name: 'Scan allowed',
    what: 'Scan is allowed without a condition, as by table.grantReadData; the denials of Scan and of a missing key are removed',
    apply(role, denials) {
      const tables = statements(role).filter((statement) => statement.Effect === 'Allow' && speaksOf(statement, /^dynamodb:/i));
      if (tables.length === 0) return undefined;
      const Resource = [...new Set(tables.flatMap((statement) => asList(statement.Resource).map(String)))];
      const scan: JsonObject = { Effect: 'Allow', Action: 'dynamodb:Scan', Resource };
      const weakened = denials ? identity(withoutDenialOfScan)(role, true) : role;
      const broken = weakened ?? role;
      return { ...broken, identity: [...broken.identity, { Version: '2012-10-17', Statement: [scan] }] };
    },
  },
  {
    name: 'tag not required in the trust',
    what: 'the trust policy loses the conditions that the tag exists and is not empty; the policies of the role do not change',
    apply(role) {
      const trust = changed(role.trust, (statement) => {
        const conditions = conditionsOf(statement);
        const { Null, StringLike, ...others } = conditions;
        return Null === undefined && StringLike === undefined ? statement : { ...statement, Condition: others };
      });
      return trust === undefined ? undefined : { ...role, trust };
    },
  },
  {
    name: 'wildcard instead of the slash',
    what: 'objects and prefixes end with the tag and `*` instead of the tag, `/` and `*`, in permissions and denials',
    apply: identity((statement, { tag }) => replaced(statement, `\${aws:PrincipalTag/${tag}}/*`, `\${aws:PrincipalTag/${tag}}*`)),
  },
  {
    name: 'a folder of all tenants',
    what: 'sessions that read a lake also read its folder quarantine/, which has records of all tenants: objects have no denials',
    apply: identity((statement) => {
      const resources = asList(statement.Resource).map(String);
      const [, bucket] = /^(arn:aws:s3:::[^/]+)\/.*year=\?{4}\//.exec(resources[0] ?? '') ?? [];
      if (bucket === undefined || !speaksOf(statement, /^s3:GetObject$/)) return statement;
      return { ...statement, Resource: [...resources, `${bucket}/quarantine/*`] };
    }),
  },
  {
    name: 'index keys written by sessions',
    what: 'permissions lose their conditions on the attributes of a write, and denials that only have one are removed',
    apply: identity((statement) => {
      const conditions = Object.entries(conditionsOf(statement)) as [string, JsonObject][];
      const others = conditions.flatMap(([operator, keys]): [string, JsonObject][] => {
        const kept = Object.entries(keys).filter(([key]) => key.toLowerCase() !== NAMES.toLowerCase());
        return kept.length === 0 ? [] : [[operator, Object.fromEntries(kept)]];
      });
      if (statement.Effect === 'Deny' && conditions.length > 0 && others.length === 0) return undefined;
      return conditions.length === 0 ? statement : { ...statement, Condition: Object.fromEntries(others) };
    }),
  },
];

function withoutDenialOfScan(statement: JsonObject): JsonObject | undefined {
  if (statement.Effect !== 'Deny') return statement;
  const missing = conditionsOf(statement).Null as JsonObject | undefined;
  const ofMissingKey = missing !== undefined && Object.keys(missing).some((key) => key.toLowerCase() === 'dynamodb:leadingkeys');
  return speaksOf(statement, /^dynamodb:Scan$/i) || ofMissingKey ? undefined : statement;
}

/** A mistake in the role's identity policies. */
function identity(change: Change): Mistake['apply'] {
  return (role, denials) => {
    let found = false;
    const documents = role.identity.map((document) => {
      const result = changed(document, (statement) => (denials || statement.Effect === 'Allow' ? change(statement, role) : statement));
      found ||= result !== undefined;
      return result ?? document;
    });
    return found ? { ...role, identity: documents } : undefined;
  };
}

/** The document with changed statements; undefined if none changed. */
function changed(document: JsonObject, change: (statement: JsonObject) => JsonObject | undefined): JsonObject | undefined {
  const before = asList(document.Statement) as JsonObject[];
  const after = before.flatMap((statement) => change(statement) ?? []);
  return JSON.stringify(after) === JSON.stringify(before) ? undefined : { ...document, Statement: after };
}

/** The statement with all occurrences of a text replaced. */
function replaced(statement: JsonObject, text: string, by: string): JsonObject {
  const inside = (value: Json): Json => {
    if (typeof value === 'string') return value.replaceAll(text, by);
    if (Array.isArray(value)) return value.map(inside);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inside(part)]));
  };
  return inside(statement) as JsonObject;
}

function statements(role: TenantRole): JsonObject[] {
  return role.identity.flatMap((document) => asList(document.Statement) as JsonObject[]);
}

function conditionsOf(statement: JsonObject): JsonObject {
  return (statement.Condition ?? {}) as JsonObject;
}

function speaksOf(statement: JsonObject, action: RegExp): boolean {
  return actionsOf(statement).some((name) => action.test(name));
}
