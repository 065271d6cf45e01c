import type { Json, JsonObject } from '../../../../contracts';
import type { Scope, StateTypeName } from '../../model';
import { TaskFailure } from '../../run/failure';
import type { Expression, Flow, Passed, QueryLanguage, Rule } from '../language';
import { isQuery, QUERY_FAILED, readQuery } from './evaluate';

const OUT = ['Output', 'Assign'];
const FIELDS: Readonly<Record<StateTypeName, readonly string[]>> = {
  ...{ Task: ['Arguments', ...OUT], Pass: OUT, Wait: OUT, Choice: OUT },
  ...{ Succeed: ['Output'], Fail: [], Parallel: ['Arguments', ...OUT], Map: ['Items', ...OUT] },
};

/** Documented: "Transforming data with JSONata in Step Functions". */
export const jsonata: QueryLanguage = {
  ...{ name: 'JSONata', fields: FIELDS, argumentsField: 'Arguments', template: readTemplate },
  catchFields: ['Output', 'Assign'],
  names: (name) => [name],
  value: (fields, name, where) => (fields[name] === undefined ? undefined : readTemplate(fields[name], `${where}.${name}`)),
  flow: readFlow,
  caught(catcher, where) {
    const passed = readPassed(catcher, where);
    return (scope, errorOutput) => passed({ ...scope, errorOutput }, errorOutput);
  },
  rule: readRule,
};

function readTemplate(given: Json, where: string): Expression {
  if (Array.isArray(given)) {
    const items = given.map((item, index) => readTemplate(item, `${where}[${index}]`));
    return (scope) => Promise.all(items.map((item) => item(scope)));
  }
  if (typeof given === 'object' && given !== null) {
    const members = Object.entries(given).map(([name, value]) => [name, readTemplate(value, `${where}.${name}`)] as const);
    return async (scope) =>
      Object.fromEntries(await Promise.all(members.map(async ([name, value]) => [name, await value(scope)] as const)));
  }
  return isQuery(given) ? readQuery(given, where) : () => given;
}

/** `Output` and `Assign` are evaluated with the variables of before. */
function readPassed({ Output, Assign }: JsonObject, where: string): (scope: Scope, unchanged: Json) => Promise<Passed> {
  const output = Output === undefined ? undefined : readTemplate(Output, `${where}.Output`);
  const assign = Assign === undefined ? undefined : readTemplate(Assign, `${where}.Assign`);
  return async (scope, unchanged) => ({
    ...(assign === undefined ? {} : { assigned: (await assign(scope)) as JsonObject }),
    output: output === undefined ? unchanged : await output(scope),
  });
}

function readFlow(fields: JsonObject, where: string, type: StateTypeName): Flow {
  const passed = readPassed(fields, where);
  const given = fields.Arguments === undefined ? undefined : readTemplate(fields.Arguments, `${where}.Arguments`);
  // The result of a Pass state is its input.
  const hasResult = type === 'Task' || type === 'Parallel' || type === 'Map';
  return {
    input: async ({ input }) => input,
    ...(given === undefined ? {} : { given }),
    output: (scope, result) => passed(hasResult ? { ...scope, result } : scope, result ?? scope.input),
  };
}

function readRule(rule: JsonObject, where: string): Rule {
  const passed = readPassed(rule, where);
  const condition = readTemplate(rule.Condition, `${where}.Condition`);
  return {
    async holds(scope) {
      const value = await condition(scope);
      if (typeof value === 'boolean') return value;
      throw new TaskFailure(QUERY_FAILED, `The Condition of ${where} must be true or false, not ${JSON.stringify(value)}`);
    },
    passed: (scope) => passed(scope, scope.input),
    next: String(rule.Next),
  };
}
