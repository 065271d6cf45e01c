import jsonataOf from 'jsonata';
import type { Json } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import type { Scope } from '../../model';
import { TaskFailure } from '../../run/failure';
import type { Expression } from '../language';
import { registerFunctions } from './functions';

export const QUERY_FAILED = 'States.QueryEvaluationError';

/** `{% $states.input.id %}` */
export function isQuery(given: Json): given is string {
  return typeof given === 'string' && given.startsWith('{%') && given.endsWith('%}');
}

/**
 * Reads an expression once. It is compiled once, and evaluated for each state.
 *
 * @throws NotSupported for what is not JSONata
 */
export function readQuery(given: string, where: string): Expression {
  const text = given.slice(2, -2).trim();
  const expression = compiled(text, where);
  return async (scope) => {
    const value = await evaluated(expression, scope).catch((error: { message?: string }) => {
      throw new TaskFailure(
        QUERY_FAILED,
        `The JSONata expression '${text}' specified for the field '${where}' threw an error during evaluation. ${error.message ?? String(error)}`,
      );
    });
    if (value === undefined) {
      throw new TaskFailure(
        QUERY_FAILED,
        `The JSONata expression '${text}' specified for the field '${where}' returned nothing (undefined).`,
      );
    }
    return value;
  };
}

function compiled(text: string, where: string): jsonataOf.Expression {
  try {
    const expression = jsonataOf(text);
    if (/\$eval\s{0,8}\(/.test(text)) throw new Error('$eval is not supported');
    registerFunctions(expression);
    return expression;
  } catch (error) {
    throw new NotSupported(`${where} {% ${text} %} is not supported: ${(error as Error).message}`);
  }
}

/** JSONata marks its lists, so that the value is copied. A function is no value. */
async function evaluated(expression: jsonataOf.Expression, scope: Scope): Promise<Json | undefined> {
  const { input, context, result, errorOutput } = scope;
  const states = { input, context, ...(result === undefined ? {} : { result }), ...(errorOutput === undefined ? {} : { errorOutput }) };
  const value: unknown = await expression.evaluate(undefined, { ...scope.variables(), states, andamioRandom: scope.random });
  if (typeof value === 'function' || (typeof value === 'object' && value !== null && '_jsonata_function' in value)) {
    throw new Error('It returned a function');
  }
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json);
}
