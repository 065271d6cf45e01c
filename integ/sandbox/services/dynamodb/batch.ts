import type { Denial, Findings, JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { parseStatement } from './partiql';

/**
 * Executes a BatchExecuteStatement. A statement that is denied, that can't be parsed or that a fault names gets its own error
 * (BatchStatementError; `AccessDenied` is one of its documented codes). The others are executed. Responses are in the order of the
 * statements.
 *
 * @param denialOf the denial of a statement's checks, by its position
 * @param execute runs the remaining statements in the engine
 */
export async function executeBatch(
  input: JsonObject,
  findings: Findings,
  denialOf: (position: number) => Denial | undefined,
  execute: (input: JsonObject) => Promise<JsonObject>,
): Promise<JsonObject> {
  const statements = objects(input.Statements);
  if (statements.length > 25) {
    const message =
      "1 validation error detected: Value at 'statements' failed to satisfy constraint: Member must have length less than or equal to 25";
    throw new ServiceError('ValidationException', message);
  }
  const errors = statements.map((statement, position): JsonObject | undefined => {
    const table = tableOf(statement);
    const denial = denialOf(position);
    const fault = findings.faults.find((candidate) => candidate.statements?.includes(position));
    if (typeof table === 'string') {
      const error = denial
        ? { Code: 'AccessDenied', Message: denial.message }
        : fault && { Code: fault.code, Message: fault.message ?? `${fault.code}, injected` };
      return error && { Error: error, TableName: table };
    }
    return { Error: { Code: 'ValidationError', Message: table.message } };
  });
  const remaining = statements.filter((_, position) => errors[position] === undefined);
  const reply: JsonObject = remaining.length === 0 ? { Responses: [] } : await execute({ ...input, Statements: remaining });
  const executed = objects(reply.Responses);
  return { ...reply, Responses: errors.map((error) => error ?? (executed.shift() as JsonObject)) };
}

/** The table of a statement, or the error of a statement that can't be parsed. */
export function tableOf(statement: JsonObject): string | ServiceError {
  try {
    return parseStatement(String(statement.Statement), statement.Parameters).table;
  } catch (error) {
    if (error instanceof ServiceError) {
      return error;
    }
    throw error;
  }
}
