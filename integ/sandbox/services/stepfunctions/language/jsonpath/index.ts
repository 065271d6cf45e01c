import type { Json, JsonObject } from '../../../../contracts';
import type { Scope, StateTypeName } from '../../model';
import type { Expression, Flow, Passed, QueryLanguage, Rule } from '../language';
import { readCondition } from './choice';
import { readIntrinsic } from './intrinsic';
import { presentAt, readPath, readReferencePath, withValue } from './paths';
import { readTemplate } from './template';

const IN_AND_OUT = ['InputPath', 'OutputPath'];
const ASSIGN = ['Assign'];
const RESULT = ['Parameters', 'ResultPath'];
const FIELDS: Readonly<Record<StateTypeName, readonly string[]>> = {
  Task: [...IN_AND_OUT, ...ASSIGN, ...RESULT, 'ResultSelector'],
  Pass: [...IN_AND_OUT, ...ASSIGN, ...RESULT, 'Result'],
  Wait: [...IN_AND_OUT, ...ASSIGN],
  Choice: [...IN_AND_OUT, ...ASSIGN],
  Succeed: IN_AND_OUT,
  Fail: [],
  Parallel: [...IN_AND_OUT, ...ASSIGN, ...RESULT, 'ResultSelector'],
  Map: [...IN_AND_OUT, ...ASSIGN, ...RESULT, 'ResultSelector', 'ItemsPath'],
};

/** Documented: "Using JSONPath paths in Step Functions". */
export const jsonpath: QueryLanguage = {
  ...{ name: 'JSONPath', fields: FIELDS, argumentsField: 'Parameters', template: readTemplate },
  catchFields: ['ResultPath', 'Assign'],
  names: (name) => [name, `${name}Path`],
  value(fields, name, where) {
    const path = fields[`${name}Path`];
    if (path !== undefined) return readValue(path, `${where}.${name}Path`);
    const value = fields[name];
    return value === undefined ? undefined : () => value;
  },
  flow: readFlow,
  caught(catcher, where) {
    const place = readResult(catcher, where);
    const assign = readAssign(catcher, where);
    return async (scope, error) => ({ output: place(scope.input, error), ...(await assign({ ...scope, data: error })) });
  },
  rule: readRule,
};

/** A path or, in fields such as `ErrorPath`, an intrinsic function. */
function readValue(given: Json, where: string): Expression {
  if (typeof given === 'string' && given.startsWith('States.')) return readIntrinsic(given, where);
  const path = readPath(given, where);
  return (scope) => presentAt(path, scope);
}

/** `null` stands for an empty object. */
function readFilter(given: Json | undefined, where: string): Expression {
  if (given === null) return () => ({});
  return given === undefined ? ({ data }) => data : readValue(given, where);
}

/** `null` discards the result. */
function readResult({ ResultPath }: JsonObject, where: string): (input: Json, result: Json) => Json {
  if (ResultPath === null) return (input) => input;
  const path = readReferencePath(ResultPath ?? '$', `${where}.ResultPath`);
  return (input, result) => withValue(path, input, result);
}

function readAssign({ Assign }: JsonObject, where: string): (scope: Scope) => Promise<Pick<Passed, 'assigned'>> {
  if (Assign === undefined) return async () => ({});
  const assign = readTemplate(Assign, `${where}.Assign`);
  return async (scope) => ({ assigned: (await assign(scope)) as JsonObject });
}

function readFlow(fields: JsonObject, where: string, type: StateTypeName): Flow {
  const input = readFilter(fields.InputPath, `${where}.InputPath`);
  const output = readFilter(fields.OutputPath, `${where}.OutputPath`);
  const place = readResult(fields, where);
  const assign = readAssign(fields, where);
  const { Parameters, ResultSelector } = fields;
  const selector = ResultSelector === undefined ? undefined : readTemplate(ResultSelector, `${where}.ResultSelector`);
  const given = Parameters === undefined || type === 'Map' ? undefined : readTemplate(Parameters, `${where}.Parameters`);
  return {
    input: async (scope) => input({ ...scope, data: scope.input }),
    ...(given === undefined ? {} : { given }),
    async output(scope, result) {
      if (result === undefined) return { output: await output(scope), ...(await assign(scope)) };
      const selected = (await selector?.({ ...scope, data: result })) ?? result;
      const assigned = await assign({ ...scope, data: selected });
      return { output: await output({ ...scope, data: place(scope.input, selected) }), ...assigned };
    },
  };
}

function readRule(rule: JsonObject, where: string, state: JsonObject): Rule {
  const holds = readCondition(rule, where);
  const assign = readAssign(rule, where);
  const output = readFilter(state.OutputPath, `${where}.OutputPath`);
  return {
    holds: async (scope) => holds(scope),
    passed: async (scope) => ({ output: await output(scope), ...(await assign(scope)) }),
    next: String(rule.Next),
  };
}
