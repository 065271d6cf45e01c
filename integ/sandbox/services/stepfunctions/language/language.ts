import type { Json, JsonObject } from '../../../contracts';
import type { Scope, StateTypeName } from '../model';

/** @throws TaskFailure */
export type Expression = (scope: Scope) => Json | Promise<Json>;

/** How a state takes its input from the data, and passes its output and variables on. */
export interface Flow {
  /** What the state works with. */
  input(scope: Scope): Promise<Json>;
  /** What is passed to the task, the branches, or the items. The scope's data is the state's input. */
  readonly given?: Expression;
  /** The output of the state and the variables that it assigns. The scope is the one in which it started. */
  output(scope: Scope, result?: Json): Promise<Passed>;
}

export interface Passed {
  readonly output: Json;
  readonly assigned?: JsonObject;
}

/** A rule of a Choice state. */
export interface Rule {
  holds(scope: Scope): Promise<boolean>;
  passed(scope: Scope): Promise<Passed>;
  readonly next: string;
}

/** A query language: how the fields of states are written. */
export interface QueryLanguage {
  readonly name: 'JSONPath' | 'JSONata';
  /** The fields that states of a type have in this language only. */
  readonly fields: Readonly<Record<StateTypeName, readonly string[]>>;
  /** The field with the value for the task, the branches or the services. */
  readonly argumentsField: 'Parameters' | 'Arguments';
  /** Fields of a Catch. */
  readonly catchFields: readonly string[];
  /** A value of the definition or an expression for it: `Seconds` or `SecondsPath`; undefined if the state has neither. */
  value(fields: JsonObject, name: string, where: string): Expression | undefined;
  /** The names of such a field. */
  names(name: string): readonly string[];
  /** A text or an object with expressions. */
  template(given: Json, where: string): Expression;
  flow(fields: JsonObject, where: string, type: StateTypeName): Flow;
  caught(catcher: JsonObject, where: string): (scope: Scope, error: Json) => Promise<Passed>;
  /** @param state the fields of the Choice state */
  rule(rule: JsonObject, where: string, state: JsonObject): Rule;
}
