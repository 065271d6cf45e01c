import type { Call, Json, JsonObject, ServiceRequest } from '../../contracts';
import { asObject, objectOf, objects } from '../../protocol/json';

/** The names of a table's key attributes, by the table's name. */
export type KeyNames = (table: string) => readonly string[];

/** Members with values of attributes, which events never contain. */
const VALUES = ['ExpressionAttributeValues', 'Item', 'Key', 'Parameters', 'RequestItems', 'TransactItems', 'Statements', 'Statement'];
/** Names and ids of what a management event is about. Other members can have personal data or secrets. */
const NAMES = /(?<!User)(Name|Arn|ARN|Id|ID|Identifier)$/;

/** `requestParameters` of an event. Documented: "Understanding DynamoDB log file entries", "Amazon S3 CloudTrail events". */
export function parametersOf(keyNames: KeyNames, { service, operation }: Call, request: ServiceRequest, arns: readonly string[]): Json {
  if (service === 'dynamodb') return tableParameters(keyNames, operation, bodyOf(request));
  if (service === 's3') return objectParameters(request, arns);
  if (service === 'lambda') return { functionName: arns[0] ?? decodeURIComponent(request.url.split('/')[3] ?? '') };
  if (/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')) return formParameters(request.body.toString());
  const named = Object.entries(bodyOf(request)).filter(([name, value]) => typeof value === 'string' && NAMES.test(name));
  return named.length === 0 ? null : Object.fromEntries(named.map(([name, value]) => [camel(name), value]));
}

function tableParameters(keyNames: KeyNames, operation: string, input: JsonObject): JsonObject {
  const shown = Object.entries(input).filter(([name]) => !VALUES.includes(name));
  const common: JsonObject = Object.fromEntries(shown.map(([name, value]) => [camel(name), value]));
  const { TableName, Key, Item, RequestItems, TransactItems, Statement, Statements, TransactStatements } = input;
  const table = nameOf(TableName);
  if (Key !== undefined) return { ...common, key: plain(objectOf(Key), keyNames(table)) };
  if (Item !== undefined) return { ...common, key: plain(objectOf(Item), keyNames(table)), item: Object.keys(objectOf(Item)) };
  if (TransactItems !== undefined) return { requestItems: objects(TransactItems).map((one) => transacted(keyNames, one)) };
  if (RequestItems !== undefined)
    return { requestItems: Object.entries(objectOf(RequestItems)).flatMap(([name, one]) => batched(keyNames, name, one)) };
  if (Statement !== undefined) return { statement: redacted(String(Statement), keyNames) };
  const statements = operation === 'ExecuteTransaction' ? TransactStatements : Statements;
  if (statements !== undefined)
    return { requestItems: objects(statements).map((one) => ({ statement: redacted(String(one.Statement), keyNames) })) };
  return common;
}

function transacted(keyNames: KeyNames, member: JsonObject): JsonObject {
  const [[operation, input] = ['', {}]] = Object.entries(member);
  return { operation, ...tableParameters(keyNames, operation, objectOf(input)) };
}

/** The form of these is not documented: keys as those of a transaction. */
function batched(keyNames: KeyNames, name: string, member: Json | undefined): JsonObject[] {
  const tableName = nameOf(name);
  const of = (operation: string, item: Json | undefined) => ({ operation, tableName, key: plain(objectOf(item), keyNames(tableName)) });
  const gets = objects(objectOf(member).Keys).map((key) => of('Get', key));
  const writes = Array.isArray(member) ? objects(member) : [];
  return [
    ...gets,
    ...writes.map(({ PutRequest, DeleteRequest }) =>
      PutRequest === undefined ? of('Delete', objectOf(DeleteRequest).Key) : of('Put', objectOf(PutRequest).Item),
    ),
  ];
}

/** Key attributes as plain values: `{"pk":"north-high#1"}`. */
function plain(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => name in item).map((name) => [name, Object.values(objectOf(item[name]))[0] ?? null]));
}

const LITERAL = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g;

/** Values of a statement other than those that a key is compared with. Documented: INSERT has none at all. */
function redacted(statement: string, keyNames: KeyNames): string {
  const isInsert = /^\s*insert\b/i.test(statement);
  const table = /\b(?:from|update|into)\s+"?([\w.-]+)/i.exec(statement)?.[1] ?? '';
  const keys = isInsert ? [] : keyNames(table);
  return statement.replace(LITERAL, (literal, at: number) => {
    // The name of an attribute: `{'Artist' : …}`.
    const end = at + literal.length;
    if (
      statement
        .slice(end, end + 100)
        .trimStart()
        .startsWith(':')
    )
      return literal;
    const before = statement.slice(Math.max(0, at - 300), at).trimEnd();
    const name = before.slice(0, -1).trimEnd();
    const isKey = before.endsWith('=') && keys.some((key) => name.endsWith(`"${key}"`) || name.endsWith(` ${key}`));
    return isKey ? literal : '***(Redacted)';
  });
}

function objectParameters({ url }: ServiceRequest, arns: readonly string[]): JsonObject {
  const [first] = arns;
  const [bucketName = '', ...key] = (first ?? '').replace(/^arn:[^:]+:s3:::/, '').split('/');
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  return {
    bucketName,
    ...(key.length === 0 ? {} : { key: key.join('/') }),
    ...Object.fromEntries([...query].filter(([name]) => ['prefix', 'versionId', 'uploadId', 'list-type'].includes(name))),
  };
}

/** The parameters of AssumeRole, whose tags say whose session it is, and names of others. */
function formParameters(body: string): JsonObject {
  const given = [...new URLSearchParams(body)];
  const named = given.filter(([name]) => NAMES.test(name) || name === 'DurationSeconds' || /^Tags\.member\.\d+\.(Key|Value)$/.test(name));
  return Object.fromEntries(named.map(([name, value]) => [camel(name), value]));
}

function bodyOf({ body }: ServiceRequest): JsonObject {
  return asObject(body.toString()) ?? {};
}

/** The name of a table that is given by its name or ARN. */
function nameOf(table: Json | undefined): string {
  return (
    String(table ?? '')
      .split('/')
      .at(-1) ?? ''
  );
}

function camel(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
