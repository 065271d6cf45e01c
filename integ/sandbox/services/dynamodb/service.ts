import type {
  Assembly,
  Check,
  Denial,
  EndpointService,
  Engine,
  Findings,
  JsonObject,
  ServiceCall,
  ServiceReply,
  ServiceRequest,
} from '../../contracts';
import { type AwsJson, contentType, jsonInput, jsonOperation } from '../../protocol/aws-json';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { createUpstream, scopeOf } from '../../protocol/upstream';
import { executeBatch } from './batch';
import { checksOf, checksOfStatement } from './checks';
import { dynamodbError } from './errors';
import type { TableExports } from './exports';
import { countOf, withoutCapacity } from './metered-reply';
import type { TableMetrics } from './metrics';
import { STREAMS } from './stream-log';
import type { Streams } from './streams';
import type { Tables } from './tables';
import { insertUnits, reportedUnits } from './units';

export const PROTOCOL: AwsJson = { target: 'DynamoDB_20120810', version: '1.0' };

/** Operations whose ConsumedCapacity is metered as write units. */
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const STATEMENTS = new Set(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction']);

/** Operations whose ConsumedCapacity is metered as read units. */
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

export interface DynamodbParts {
  readonly streams: Streams;
  readonly tableExports: TableExports;
  readonly metrics: TableMetrics;
}

/** DynamoDB's API and that of its streams (AWS JSON 1.0), served by DynamoDB Local. */
export function dynamodbService(
  assembly: Assembly,
  engine: Engine,
  tables: Tables,
  { streams, tableExports, metrics }: DynamodbParts,
): EndpointService & { close(): void } {
  const upstream = createUpstream(engine.name, engine.url);
  const authorization = scopeOf('dynamodb', assembly.account, assembly.region);
  const send = async (name: string, body: string) =>
    upstream.send('/', { ...JSON_1_0, 'x-amz-target': `${PROTOCOL.target}.${name}`, authorization }, body);

  const putUnits = (times: number) => (table: string, units: number) => metrics.units(table, units * times);

  return {
    name: 'dynamodb',
    read(request) {
      const ofStreams = jsonOperation(STREAMS, request);
      if (ofStreams !== undefined) return streams.call(ofStreams, jsonInput(request));
      const operation = jsonOperation(PROTOCOL, request) ?? request.headers['x-amz-target'] ?? 'unknown';
      const input = jsonInput(request);
      const ofExports = tableExports.call(operation, input, request.principal);
      if (ofExports !== undefined) return ofExports;
      return operation === 'BatchExecuteStatement' ? batchCall(operation, input) : call(operation, input, request);
    },
    error: (_request, code, message, status) => dynamodbError(code, message, status),
    denied: (_request, denial) => dynamodbError('AccessDeniedException', messageOf(denial)),
    close: upstream.close,
  };

  function batchCall(operation: string, input: JsonObject): ServiceCall {
    const byStatement = objects(input.Statements).map((statement) => readable(() => checksOfStatement(statement, tables, assembly)));
    return {
      operation,
      memberwise: true,
      checks: () => byStatement.flat(),
      async execute(findings) {
        const denials = findings.denied.map((denial) => ({ ...denial, message: messageOf(denial) }));
        const denialOf = (position: number) => denials.find(({ check }) => byStatement[position].includes(check));
        const { answer, writeUnits } = await batch(input, findings, denialOf);
        return { status: 200, headers: JSON_1_0, body: JSON.stringify(answer), ...(writeUnits === undefined ? {} : { writeUnits }) };
      },
    };
  }

  function call(name: string, input: JsonObject, request: ServiceRequest): ServiceCall {
    return {
      operation: name,
      checks: () => checksOf(name, input, tables, assembly),
      execute: () => execute(name, input, request),
    };
  }

  async function execute(name: string, input: JsonObject, request: ServiceRequest): Promise<ServiceReply> {
    const metered = (isWrite(name, input) || READS.has(name)) && (input.ReturnConsumedCapacity ?? 'NONE') === 'NONE';
    const { status, body } = await send(
      name,
      metered ? JSON.stringify({ ...input, ReturnConsumedCapacity: 'INDEXES' }) : request.body.toString(),
    );
    if (status !== 200) {
      return errorFrom(JSON.parse(body.toString()), status);
    }
    if (name === 'CreateTable') {
      tables.add(input);
    } else if (name === 'DeleteTable') {
      tables.remove(String(input.TableName));
    }
    if (isWrite(name, input)) streams.changed();
    else if (READS.has(name)) return { status, headers: JSON_1_0, body: readReply(name, input, body.toString(), metered) };
    else {
      return { status, headers: JSON_1_0, body: name.endsWith('Table') ? withTemplateArns(body.toString(), assembly) : body };
    }
    const { ConsumedCapacity, ...output } = JSON.parse(body.toString());
    metrics.consumed('ConsumedWriteCapacityUnits', STATEMENTS.has(name) ? undefined : ConsumedCapacity);
    const shown = metered ? output : { ...output, ConsumedCapacity };
    const statements = name === 'ExecuteStatement' ? [input] : objects(input.TransactStatements);
    const writeUnits = STATEMENTS.has(name)
      ? insertUnits(statements, [], tables, putUnits(name === 'ExecuteTransaction' ? 2 : 1)) * (name === 'ExecuteTransaction' ? 2 : 1)
      : reportedUnits(ConsumedCapacity);
    return { status, headers: JSON_1_0, body: JSON.stringify(shown), writeUnits };
  }

  /** The reply of an operation that reads, without the capacity that the caller did not ask for. */
  function readReply(name: string, input: JsonObject, body: string, metered: boolean): string {
    const { rest, capacity } = withoutCapacity(body);
    metrics.consumed('ConsumedReadCapacityUnits', capacity);
    const count = countOf(rest);
    if (count !== undefined) metrics.returned(tables.find(String(input.TableName))?.name ?? String(input.TableName), name, count);
    return metered ? rest : body;
  }

  async function batch(input: JsonObject, findings: Findings, denialOf: (position: number) => Denial | undefined) {
    let writeUnits: number | undefined;
    const answer = await executeBatch(input, findings, denialOf, async (remaining) => {
      const reply = await send('BatchExecuteStatement', JSON.stringify(remaining));
      const output = JSON.parse(reply.body.toString());
      if (reply.status !== 200) {
        throw new ServiceError(codeOf(output), messageIn(output), reply.status);
      }
      if (isWrite('BatchExecuteStatement', remaining)) streams.changed();
      writeUnits = isWrite('BatchExecuteStatement', remaining)
        ? insertUnits(objects(remaining.Statements), objects(output.Responses), tables, putUnits(1))
        : undefined;
      return output;
    });
    return { answer, writeUnits };
  }
}

const JSON_1_0 = { 'content-type': contentType(PROTOCOL) };

/** The checks of a statement, or none if it can't be parsed: it gets its own error later. */
function readable(read: () => Check[]): Check[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError) {
      return [];
    }
    throw error;
  }
}

function isWrite(name: string, input: JsonObject): boolean {
  const statements = [input, ...objects(input.Statements), ...objects(input.TransactStatements)];
  return (
    WRITES.has(name) || (STATEMENTS.has(name) && statements.some(({ Statement }) => /^\s*(INSERT|UPDATE|DELETE)/i.test(String(Statement))))
  );
}

/** DynamoDB's message of a denial, which for a key contains that of KMS. */
function messageOf({ check, message }: Denial): string {
  return check.action.startsWith('kms:') ? `KMS key access denied error: ${message}` : message;
}

function codeOf(output: JsonObject): string {
  return String(output.__type).replace(/^.*#/, '');
}

function messageIn(output: JsonObject): string {
  const message = String(output.message ?? output.Message ?? '');
  return message === 'Cannot do operations on a non-existent table' ? 'Requested resource not found' : message;
}

/**
 * The engine's error in DynamoDB's format, with its other members (the reasons of a canceled transaction, the item of a failed condition).
 */
function errorFrom(output: JsonObject, status: number): ServiceReply {
  const code = codeOf(output);
  const reply = dynamodbError(code, messageIn(output), status);
  const { __type, message, Message, ...others } = output;
  return { ...reply, body: JSON.stringify({ ...others, ...JSON.parse(String(reply.body)) }) };
}

/** Replaces the account and Region that the engine uses in ARNs. */
function withTemplateArns(body: string, { partition, region, account }: Assembly): string {
  return body.replaceAll('arn:aws:dynamodb:ddblocal:000000000000:', `arn:${partition}:dynamodb:${region}:${account}:`);
}
