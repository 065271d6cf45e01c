import type { Json, JsonObject } from '../../sandbox';
import type { Templates } from './configurations';
import { type ConditionEntry, conditionsIn, listOf, type Place, withConditions, withStatements, withTemplate } from './places';

/** One way to change the policies of an app. */
export interface Change {
  /** Where and what, for output. */
  readonly what: string;
  /** Whether the statement is about services that hold tenants' data, or about sessions. */
  readonly isRelevant: boolean;
  apply(): Templates;
}

/** What operators change, and what they can name. */
export interface Subject {
  readonly templates: Templates;
  readonly places: readonly Place[];
  /** The ARNs of what has tenants' data; of buckets, of all of their objects. */
  readonly data: readonly string[];
  /** Roles of the templates. */
  readonly roles: readonly { readonly stack: number; readonly logicalId: string; readonly arn: string }[];
  readonly account: string;
}

const RELEVANT = /"(dynamodb|s3|kms|sqs|sts):|"Action":"\*"/;

export function isRelevant(statement: JsonObject): boolean {
  return RELEVANT.test(JSON.stringify(statement));
}

/** Changes of one statement each. `undefined` as an alternative removes the statement. */
export function eachStatement(
  { templates, places }: Subject,
  alternatives: (statement: JsonObject, place: Place) => readonly (readonly [what: string, statement: Json | undefined])[],
): Change[] {
  return places.flatMap((place) =>
    place.statements.flatMap((statement, number) =>
      alternatives(statement, place).map(([what, other]) => ({
        what: `${place.logicalId}, statement ${number}: ${what}`,
        isRelevant: isRelevant(statement),
        apply: () => {
          const statements = place.statements.flatMap((own, at) =>
            at !== number ? [own] : other === undefined ? [] : [other as JsonObject],
          );
          return withStatements(templates, place, statements);
        },
      })),
    ),
  );
}

/**
 * Changes of a whole document: most permissions have denials that repeat their condition, so that a change of one statement alone gives
 * no access.
 */
export function eachDocument(
  { templates, places }: Subject,
  alternatives: (place: Place) => readonly (readonly [what: string, change: (statement: JsonObject) => Json | undefined])[],
): Change[] {
  return places.flatMap((place) =>
    alternatives(place).flatMap(([what, change]) => {
      const statements = place.statements.map(change).filter((statement) => statement !== undefined) as JsonObject[];
      if (JSON.stringify(statements) === JSON.stringify(place.statements)) return [];
      return [
        {
          what: `${place.logicalId}, all statements: ${what}`,
          isRelevant: place.statements.some(isRelevant),
          apply: () => withStatements(templates, place, statements),
        },
      ];
    }),
  );
}

/** The keys of all conditions of a document. */
export function keysIn({ statements }: Place): string[] {
  return [...new Set(statements.flatMap(conditionsIn).map(({ key }) => key))];
}

/** The statement with each condition replaced by none or more. */
export function mapConditions(statement: JsonObject, change: (entry: ConditionEntry) => readonly ConditionEntry[]): JsonObject {
  return withConditions(statement, conditionsIn(statement).flatMap(change));
}

export function isPermission({ Effect }: JsonObject): boolean {
  return Effect === 'Allow';
}

/** The resources of a statement as texts, as they are in the template: `"Fn::GetAtt":["Table","Arn"]`. */
export function resourcesOf({ Resource }: JsonObject): Json[] {
  return listOf(Resource);
}

const SWITCH = 'MutantSwitch';
export const GUARDED = 'MutantGuarded';

/** The templates with a condition that is true for one of the two values of a new parameter. */
export function withSwitch(templates: Templates, stack: number, fallback: 'on' | 'off'): Templates {
  return withTemplate(templates, stack, (template) => ({
    ...template,
    Parameters: {
      ...template.Parameters,
      [SWITCH]: { Type: 'String', AllowedValues: ['on', 'off'], Default: fallback } as { Type: string },
    },
    Conditions: { ...template.Conditions, [GUARDED]: { 'Fn::Equals': [{ Ref: SWITCH }, 'on'] } },
  }));
}

export const NOTHING = { Ref: 'AWS::NoValue' };

export function unless(present: Json, absent: Json = NOTHING): JsonObject {
  return { 'Fn::If': [GUARDED, present, absent] };
}
