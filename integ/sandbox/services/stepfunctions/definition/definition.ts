import type { Json, JsonObject } from '../../../contracts';
import { jsonata } from '../language/jsonata';
import { jsonpath } from '../language/jsonpath';
import type { QueryLanguage } from '../language/language';
import type { State, States, StateTypeName } from '../model';
import { stateTypes } from '../states';
import { NotSupported } from './not-supported';
import { only } from './only';

/** A state machine in Amazon States Language, as far as the sandbox runs it. */
export interface Definition extends States {
  readonly timeoutSeconds?: number;
}

const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
/** Of branches, and of processors of Map states. */
const BRANCH_FIELDS = ['Comment', 'StartAt', 'States', 'ProcessorConfig', 'QueryLanguage'];

/**
 * Reads a definition in Amazon States Language.
 *
 * @throws NotSupported for a state, field or resource that the sandbox does not run, with its name
 */
export function readDefinition(text: string): Definition {
  const machine = only(parsed(text), 'the state machine', MACHINE_FIELDS);
  const states = readStates(machine, 'States', languageOf(machine, 'the state machine', jsonpath));
  return { ...states, ...(machine.TimeoutSeconds === undefined ? {} : { timeoutSeconds: Number(machine.TimeoutSeconds) }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotSupported(`The definition is not JSON: ${(error as Error).message}`);
  }
}

function languageOf(fields: JsonObject, where: string, outer: QueryLanguage): QueryLanguage {
  switch (fields.QueryLanguage ?? outer.name) {
    case 'JSONPath':
      // Documented: a machine in JSONata can't have states in JSONPath.
      if (outer.name === 'JSONata') throw new NotSupported(`${where}.QueryLanguage must be JSONata: the state machine is in JSONata`);
      return jsonpath;
    case 'JSONata':
      return jsonata;
    default:
      throw new NotSupported(`${where}.QueryLanguage is not supported: ${fields.QueryLanguage}; it must be JSONPath or JSONata`);
  }
}

function readStates(given: JsonObject, where: string, language: QueryLanguage): States {
  const startAt = String(given.StartAt);
  const entries = Object.entries((given.States ?? {}) as JsonObject);
  const states = new Map(entries.map(([name, state]) => [name, readState(name, state, `${where}.${name}`, language)]));
  for (const name of [startAt, ...[...states.values()].flatMap(({ leadsTo }) => leadsTo)]) {
    if (!states.has(name)) throw new NotSupported(`The definition has no state ${name}`);
  }
  return { startAt, states };
}

const ALWAYS = ['Type', 'Comment', 'QueryLanguage'];

function readState(name: string, given: Json, where: string, outer: QueryLanguage): State {
  const { Type } = given as JsonObject;
  const type = stateTypes[String(Type) as StateTypeName];
  if (type === undefined) {
    throw new NotSupported(`${where}.Type ${Type} is not supported: use ${Object.keys(stateTypes).join(', ')}`);
  }
  const language = languageOf(given as JsonObject, where, outer);
  const fields = only(given, where, [
    ...ALWAYS,
    ...type.fields,
    ...language.fields[Type as StateTypeName],
    ...type.values.flatMap((value) => language.names(value)),
  ]);
  if (type.fields.includes('Next') && (fields.Next === undefined) === (fields.End !== true)) {
    throw new NotSupported(`${where} must have either Next or "End": true`);
  }
  const states = (branch: JsonObject, at: string) =>
    readStates(only(branch, at, BRANCH_FIELDS), `${at}.States`, languageOf(branch, at, language));
  return type.read(fields, { where, name, language, states });
}
