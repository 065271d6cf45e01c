import type { Assembly, Check, Clock, Endpoint, JsonObject } from '../../../contracts';
import { ServiceError } from '../../../protocol/service-error';
import type { Executions } from '../executions/executions';
import type { Entry, MapRunRecord } from '../executions/record';

/** What operations work on. */
export interface Api {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly executions: Executions;
  readonly clock: Clock;
}

/** One operation of the API of Step Functions. */
export interface Operation {
  /** The member of the input whose ARN the caller needs the permission for. */
  readonly resource: string | ((input: JsonObject) => string);
  /** @throws ServiceError */
  execute(input: JsonObject, api: Api): JsonObject | Promise<JsonObject>;
}

export function checksOf(name: string, { resource }: Operation, input: JsonObject): Check[] {
  const arn = typeof resource === 'string' ? String(input[resource] ?? '*') : resource(input);
  return [{ action: `states:${name}`, resource: arn, context: {} }];
}

/** @throws ServiceError */
export function entryOf({ executions }: Api, executionArn: unknown): Entry {
  const found = executions.find(String(executionArn));
  if (found === undefined) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  return found;
}

/** @throws ServiceError */
export function mapRunOf({ executions }: Api, mapRunArn: unknown): MapRunRecord {
  const found = executions.mapRuns.get(String(mapRunArn));
  if (found === undefined) throw new ServiceError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
  return found;
}

/** One page of a list, with the token for the next one. @throws ServiceError for a token that no answer had */
export function pageOf<T>(
  all: readonly T[],
  { maxResults, nextToken }: JsonObject,
  byDefault: number,
): { readonly items: T[]; readonly more: JsonObject } {
  const start = nextToken === undefined ? 0 : Number(Buffer.from(String(nextToken), 'base64').toString());
  if (!Number.isInteger(start) || start < 0) throw new ServiceError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const size = Number(maxResults ?? 0) || byDefault;
  const end = start + size;
  return { items: all.slice(start, end), more: end < all.length ? { nextToken: Buffer.from(String(end)).toString('base64') } : {} };
}
