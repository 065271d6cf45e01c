import type { JsonObject } from '../../../contracts';
import type { QueryLanguage } from '../language/language';
import type { State, States } from '../model';

/** What a state type needs to read a state. */
export interface Reading {
  /** The location for messages: `States.A`. */
  readonly where: string;
  readonly name: string;
  readonly language: QueryLanguage;
  /** Reads the states of a branch. */
  states(given: JsonObject, where: string): States;
}

/** One state type of the Amazon States Language. */
export interface StateType {
  /** The fields in both query languages, beside Type, Comment and QueryLanguage. */
  readonly fields: readonly string[];
  /** Fields that hold a value or, with the suffix `Path`, a path to it. */
  readonly values: readonly string[];
  /** @throws NotSupported */
  read(fields: JsonObject, reading: Reading): State;
}
