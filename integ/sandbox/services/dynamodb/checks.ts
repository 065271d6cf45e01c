import type { Assembly, Check, JsonObject } from '../../contracts';
import { keyCheck } from '../../iam/keys';
import { requestTags } from '../../iam/request-tags';
import { objects, strings, tagsOf } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { type AttributeValue, attributesOf, keyText, partitionValue } from './expressions';
import { parseStatement } from './partiql';
import type { Table, Tables } from './tables';

/** What one member of a request accesses. */
interface Access {
  readonly action: string;
  readonly table: string;
  readonly index?: string;
  readonly leadingKeys?: readonly (string | undefined)[];
  readonly attributes?: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * The permissions that a request requires, including those for the table's key. Condition keys are those of the Service Authorization
 * Reference.
 */
export function checksOf(operation: string, input: JsonObject, tables: Tables, assembly: Assembly): Check[] {
  const accesses = accessesOf(operation, input, tables);
  if (!accesses) {
    return controlChecks(operation, input, tables);
  }
  return accesses.flatMap((access) => checksOfAccess(access, tables, assembly));
}

/** The checks of one statement of BatchExecuteStatement. */
export function checksOfStatement(statement: JsonObject, tables: Tables, assembly: Assembly): Check[] {
  return checksOfAccess(statementAccess(statement, tables), tables, assembly);
}

function checksOfAccess(access: Access, tables: Tables, assembly: Assembly): Check[] {
  const table = tables.find(access.table);
  const arn = tables.arn(access.table);
  const keys = access.leadingKeys?.filter((key) => key !== undefined);
  const check: Check = {
    action: `dynamodb:${access.action}`,
    resource: access.index === undefined ? arn : `${arn}/index/${access.index}`,
    context: {
      ...access.context,
      ...(keys && keys.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(keys)] } : {}),
      ...(access.attributes && access.attributes.length > 0 ? { 'dynamodb:Attributes': access.attributes } : {}),
    },
  };
  return table?.key === undefined ? [check] : [check, tableKeyCheck(table, table.key, assembly)];
}

/** DynamoDB uses the table's key with the permissions of its caller ("DynamoDB encryption at rest: usage notes"). */
export function tableKeyCheck(table: Table, key: string, { region, account }: Assembly): Check {
  return keyCheck('kms:Decrypt', key, `dynamodb.${region}.amazonaws.com`, {
    'aws:dynamodb:tableName': table.name,
    'aws:dynamodb:subscriberId': account,
  });
}

/** The members of a data operation; undefined for operations on tables themselves. */
function accessesOf(operation: string, input: JsonObject, tables: Tables): Access[] | undefined {
  const table = String(input.TableName);
  const partitionKey = (name: string, index = '') => tables.find(name)?.partitionKeys.get(index) ?? '';
  const keyOf = (name: string, key: unknown) => keyText((key as Record<string, AttributeValue> | undefined)?.[partitionKey(name)]);
  const names = input.ExpressionAttributeNames as JsonObject | undefined;
  const text = (from: JsonObject, ...fields: string[]) => fields.map((field) => from[field] as string | undefined);
  const given = (from: JsonObject) =>
    Object.fromEntries(
      ['ReturnValues', 'ReturnConsumedCapacity']
        .filter((name) => typeof from[name] === 'string')
        .map((name) => [`dynamodb:${name}`, String(from[name])]),
    );
  const single = (action: string, member: JsonObject, attributes: string[], context: Record<string, string> = {}): Access => {
    const name = String(member.TableName);
    const key = keyIn(action === 'PutItem', member);
    return {
      action,
      table: name,
      leadingKeys: [keyOf(name, key)],
      attributes: [...new Set([...Object.keys(key ?? {}), ...attributes])],
      context: { ...given(member), ...context },
    };
  };
  const mentioned = (from: JsonObject) => [
    ...attributesOf(
      text(from, 'ProjectionExpression', 'UpdateExpression', 'ConditionExpression', 'FilterExpression', 'KeyConditionExpression'),
      (from.ExpressionAttributeNames as JsonObject) ?? {},
    ),
    ...strings(from.AttributesToGet),
    ...['AttributeUpdates', 'Expected', 'KeyConditions', 'QueryFilter', 'ScanFilter'].flatMap((field) =>
      Object.keys((from[field] as JsonObject) ?? {}),
    ),
  ];
  const selectOf = (from: JsonObject) =>
    String(
      from.Select ??
        (from.ProjectionExpression || from.AttributesToGet
          ? 'SPECIFIC_ATTRIBUTES'
          : from.IndexName === undefined
            ? 'ALL_ATTRIBUTES'
            : 'ALL_PROJECTED_ATTRIBUTES'),
    );

  switch (operation) {
    case 'GetItem':
      return [single(operation, input, mentioned(input), { 'dynamodb:Select': selectOf(input) })];
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [single(operation, input, mentioned(input), { 'dynamodb:ReturnValues': String(input.ReturnValues ?? 'NONE') })];
    case 'Query':
    case 'Scan': {
      const index = input.IndexName === undefined ? undefined : String(input.IndexName);
      const key = partitionKey(table, index);
      const condition = (input.KeyConditions as Record<string, JsonObject> | undefined)?.[key];
      const value =
        operation === 'Scan' || !key
          ? undefined
          : condition
            ? objects(condition.AttributeValueList)[0]
            : partitionValue(String(input.KeyConditionExpression), key, names, input.ExpressionAttributeValues as JsonObject);
      return [
        {
          action: operation,
          table,
          ...(index === undefined ? {} : { index }),
          leadingKeys: [keyText(value)],
          attributes: mentioned(input),
          context: { ...given(input), 'dynamodb:Select': selectOf(input) },
        },
      ];
    }
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries((input.RequestItems as JsonObject | undefined) ?? {}).map(([name, request]) =>
        batchAccess(operation, name, request as JsonObject, keyOf, mentioned, given(input)),
      );
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return objects(input.TransactItems).flatMap((member) =>
        Object.entries(member).map(([kind, action]) => {
          const name = kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`;
          return single(name, action as JsonObject, mentioned(action as JsonObject), {
            ...given(input),
            'dynamodb:EnclosingOperation': operation,
          });
        }),
      );
    case 'ExecuteStatement':
      return [statementAccess(input, tables)];
    case 'ExecuteTransaction':
      return objects(input.TransactStatements).map((statement) => statementAccess(statement, tables));
    default:
      return undefined;
  }
}

/** The key or the item that the engine reads: a member that the operation does not have is ignored, as by DynamoDB. */
function keyIn(isPut: boolean, { Item, Key }: JsonObject): JsonObject | undefined {
  return (isPut ? Item : Key) as JsonObject | undefined;
}

function batchAccess(
  operation: string,
  table: string,
  request: JsonObject,
  keyOf: (table: string, key: unknown) => string | undefined,
  mentioned: (from: JsonObject) => string[],
  context: Record<string, string>,
): Access {
  const writes = Array.isArray(request) ? objects(request).flatMap((write) => Object.entries(write)) : [];
  const keys =
    operation === 'BatchGetItem' ? objects(request.Keys) : writes.map(([kind, write]) => keyIn(kind === 'PutRequest', write as JsonObject));
  return {
    action: operation,
    table,
    leadingKeys: keys.map((key) => keyOf(table, key)),
    attributes: [...new Set([...keys.flatMap((key) => Object.keys(key ?? {})), ...mentioned(request)])],
    context,
  };
}

function statementAccess(member: JsonObject, tables: Tables): Access {
  const statement = parseStatement(String(member.Statement), member.Parameters);
  const key = tables.find(statement.table)?.partitionKeys.get(statement.index ?? '');
  const leadingKeys = key === undefined ? undefined : statement.leadingKeys(key);
  const select: Record<string, string> =
    statement.verb === 'Select'
      ? {
          'dynamodb:FullTableScan': String(leadingKeys === undefined),
          'dynamodb:Select': statement.star ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES',
        }
      : {};
  return {
    action: `PartiQL${statement.verb}`,
    table: statement.table,
    ...(statement.index === undefined ? {} : { index: statement.index }),
    ...(leadingKeys ? { leadingKeys } : {}),
    attributes: statement.attributes,
    context: select,
  };
}

/** Operations that do not support resource-level permissions. */
const WITHOUT_RESOURCE = new Set(['ListTables', 'DescribeLimits', 'DescribeEndpoints']);
const BY_NAME = ['CreateTable', 'DeleteTable', 'DescribeTable', 'UpdateTable', 'DescribeTimeToLive', 'UpdateTimeToLive'];
const BY_ARN = ['ListTagsOfResource', 'TagResource', 'UntagResource'];

function controlChecks(operation: string, input: JsonObject, tables: Tables): Check[] {
  if (WITHOUT_RESOURCE.has(operation)) {
    return [{ action: `dynamodb:${operation}`, resource: '*', context: {} }];
  }
  const isByArn = BY_ARN.includes(operation);
  if (!isByArn && !BY_NAME.includes(operation)) {
    throw new ServiceError('UnknownOperationException', `The sandbox does not support the operation ${operation} of dynamodb`);
  }
  const context = requestTags(tagsOf(input.Tags), strings(input.TagKeys));
  return [{ action: `dynamodb:${operation}`, resource: tables.arn(String(isByArn ? input.ResourceArn : input.TableName)), context }];
}
