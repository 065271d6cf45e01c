import type { Json, JsonObject } from '../../contracts';
import { type Condition, conditionsOf, textsOf } from './conditions';
import { type Lookup, patternOf, variablesIn } from './pattern';
import { type Caller, type Naming, type Principals, principalsOf } from './principals';
import { type AskedResource, resourcePatternOf } from './resources';

/** The version of the policy language that has variables. Without a version, a policy has the older one. */
const WITH_VARIABLES = '2012-10-17';

/** A request, read once for all statements. */
export interface Asked {
  readonly caller: Caller;
  /** In lower case: names of actions are not case-sensitive. */
  readonly action: string;
  readonly resource: AskedResource;
  readonly lookup: Lookup;
}

/** A statement of a policy, read once. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals?: Principals;
  matchesAction(asked: Asked): boolean;
  matchesResource(asked: Asked): boolean;
  readonly conditions: readonly Condition[];
}

const known = new WeakMap<JsonObject, readonly Statement[]>();

/** The statements of a document. @throws for an effect or an operator that does not exist */
export function statementsOf(document: JsonObject): readonly Statement[] {
  const statements = known.get(document) ?? read(document);
  known.set(document, statements);
  return statements;
}

function read(document: JsonObject): readonly Statement[] {
  const variables = document.Version === WITH_VARIABLES;
  return [document.Statement ?? []].flat().map((statement) => statementOf(statement as JsonObject, variables));
}

function statementOf(statement: JsonObject, variables: boolean): Statement {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`The effect ${JSON.stringify(Effect)} of a statement does not exist`);
  const actions = elementOf(Action, NotAction, actionPatternOf);
  const resources = elementOf(Resource, NotResource, (text) => resourcePatternOf(text, variables));
  return {
    effect: Effect,
    principals: principalsOf(statement),
    matchesAction: ({ action }) => actions === undefined || actions.patterns.some((matches) => matches(action)) !== actions.inverted,
    // Only trust policies have no resource: it is the role.
    matchesResource: ({ resource, lookup }) =>
      resources === undefined || resources.patterns.some((pattern) => pattern.matches(resource, lookup)) !== resources.inverted,
    conditions: conditionsOf(Condition as JsonObject | undefined, variables),
  };
}

/** The patterns of an element or of its inversion, such as NotAction; undefined if the statement has neither. */
function elementOf<T>(plain: Json | undefined, inverse: Json | undefined, compile: (text: string) => T) {
  const texts = plain ?? inverse;
  return texts === undefined ? undefined : { patterns: textsOf(texts).map(compile), inverted: plain === undefined };
}

function actionPatternOf(text: string): (action: string) => boolean {
  const { matches } = patternOf(text.toLowerCase(), { wildcards: true, variables: false });
  return (action) => matches(action, () => undefined);
}

/** Whether a statement without regard to its principals applies to a request. */
function applies({ matchesAction, matchesResource, conditions }: Statement, asked: Asked): boolean {
  return matchesAction(asked) && matchesResource(asked) && conditions.every(({ holds }) => holds(asked.lookup));
}

export type Answer = 'allow' | 'deny' | 'none';

/** What policies of a principal say about a request: an explicit deny overrides an allow. */
export function answerOf(documents: readonly JsonObject[], asked: Asked): Answer {
  let answer: Answer = 'none';
  for (const document of documents) {
    for (const statement of statementsOf(document)) {
      if ((statement.effect === 'Allow' && answer === 'allow') || !applies(statement, asked)) continue;
      if (statement.effect === 'Deny') return 'deny';
      answer = 'allow';
    }
  }
  return answer;
}

/** What the policy of a resource says about a request, and how its permissions name the caller. */
export function resourceAnswerOf(document: JsonObject | undefined, asked: Asked): 'deny' | ReadonlySet<Naming> {
  const namings = new Set<Naming>();
  for (const statement of document === undefined ? [] : statementsOf(document)) {
    const naming = statement.principals?.naming(asked.caller);
    if (naming === undefined || !applies(statement, asked)) continue;
    if (statement.effect === 'Deny') return 'deny';
    namings.add(naming);
  }
  return namings;
}

/** The names of the condition keys that a policy uses, in conditions and as variables. */
export function conditionKeysOf(document: JsonObject): string[] {
  const withVariables = document.Version === WITH_VARIABLES;
  return [document.Statement ?? []].flat().flatMap((statement) => {
    const { Resource, NotResource, Condition } = statement as JsonObject;
    const conditions = Object.values((Condition ?? {}) as Record<string, JsonObject>);
    const texts = [Resource, NotResource, ...conditions.flatMap((keys) => Object.values(keys))].flatMap((value) =>
      value === undefined ? [] : textsOf(value),
    );
    return [...conditions.flatMap((keys) => Object.keys(keys)), ...(withVariables ? texts.flatMap(variablesIn) : [])];
  });
}
