import { QUERY_FAILED } from '../../language/jsonata/evaluate';
import type { Expression, QueryLanguage } from '../../language/language';
import type { Scope } from '../../model';
import { RUNTIME, TaskFailure } from '../../run/failure';

/** A number of 0 or more; undefined if the state does not have the field. @throws TaskFailure */
export async function numberOf(
  expression: Expression | undefined,
  scope: Scope,
  name: string,
  language: QueryLanguage,
  most = Number.MAX_SAFE_INTEGER,
): Promise<number | undefined> {
  const value = await expression?.(scope);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  const error = language.name === 'JSONata' ? QUERY_FAILED : RUNTIME;
  throw new TaskFailure(error, `${name} must be a number from 0 to ${most}, not ${JSON.stringify(value)}`);
}
