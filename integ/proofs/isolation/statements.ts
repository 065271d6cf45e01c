import type { Json, JsonObject } from '../../sandbox';
import { stop } from './not-supported';
import { ACTIONS, DEFINITIONS } from './services';

/** One statement of an identity policy or a trust policy, normalized to lists. */
export interface Statement {
  /** The role's path and the statement's Sid or number, for output. */
  readonly where: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
  /** The conditions and parameters of the template with which it applies, as a term. @default - always */
  readonly given?: string;
  /** Whether `actions` are those of NotAction. */
  readonly exceptActions?: boolean;
  /** Whether `resources` are those of NotResource. */
  readonly exceptResources?: boolean;
  /** Whether its version of the policy language has no variables. */
  readonly withoutVariables?: boolean;
}

export interface Condition {
  /** As written in the policy: `ForAllValues:StringLike`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** With which conditions and parameters of the template it is there, and each of its values. @default - always */
  readonly given?: string;
  readonly valuesGiven?: readonly string[];
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

/** The statements of a role's identity policies. @throws at an element that is not supported, and at a permission for an unknown action */
export function statementsOf(role: { readonly path: string; readonly identity: readonly JsonObject[] }): Statement[] {
  const statements = role.identity.flatMap((document) => parse(role.path, document, ELEMENTS));
  for (const { where, effect, actions } of statements) {
    const unknown = effect === 'Allow' && actions.find((action) => factsOf(action) === undefined && !DEFINITIONS.includes(action));
    if (unknown) stop(where, `${unknown} is not supported: it is not in the table of services, which has the context keys of each action`);
  }
  return statements;
}

/** The statements of a role's trust policy. Principals are not checked: whoever may open a session is trusted to set the tag. */
export function trustOf(role: { readonly path: string; readonly trust: JsonObject }): Statement[] {
  return parse(`${role.path} (trust)`, role.trust, [...ELEMENTS.filter((element) => element !== 'Resource'), 'Principal']);
}

/** Looks up an action by its name, ignoring case. */
export function factsOf(action: string) {
  const name = Object.keys(ACTIONS).find((known) => known.toLowerCase() === action.toLowerCase());
  return name === undefined ? undefined : ACTIONS[name];
}

function parse(path: string, document: JsonObject, elements: readonly string[]): Statement[] {
  if (document.Version !== '2012-10-17') stop(path, `Version ${document.Version} is not supported: it does not resolve policy variables`);
  return asList(document.Statement).map((json, number) => {
    const statement = json as JsonObject;
    const where = `${path}, statement ${statement.Sid ?? number}`;
    const unknown = Object.keys(statement).find((element) => !elements.includes(element));
    if (unknown !== undefined) stop(where, `${unknown} is not supported`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') stop(where, `Effect ${statement.Effect} is not supported`);
    const conditions = Object.entries((statement.Condition ?? {}) as Record<string, JsonObject>);
    return {
      where,
      effect: statement.Effect,
      actions: actionsOf(statement),
      resources: asList(statement.Resource).map(String),
      conditions: conditions.flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => ({ operator, key, values: asList(values).map(String) })),
      ),
    };
  });
}

export function actionsOf(statement: JsonObject): string[] {
  return asList(statement.Action).map(String);
}

export function asList(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : [value].flat();
}

/** Whether an IAM pattern without variables matches: `*` is any text, `?` any character. Case-sensitive by default. */
export function globMatches(pattern: string, text: string, flags = ''): boolean {
  const name = `${flags} ${pattern}`;
  const known = globs.get(name) ?? new RegExp(`^${globSource(pattern)}$`, `s${flags}`);
  globs.set(name, known);
  return known.test(text);
}

const globs = new Map<string, RegExp>();

function globSource(pattern: string): string {
  return pattern
    .replace(/[\\^$.+|()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
}

/** Whether a statement applies to an action. */
export function namesAction({ actions, exceptActions = false }: Statement, action: string): boolean {
  return actions.some((pattern) => globMatches(pattern, action, 'i')) !== exceptActions;
}
