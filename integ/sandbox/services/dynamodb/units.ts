import type { JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import type { AttributeValue } from './expressions';
import { parseStatement } from './partiql';
import type { Table, Tables } from './tables';

/** The bytes of an item per write unit. */
const UNIT_BYTES = 1024;

/** Errors that consume write units: a failed condition costs as much as the write. */
const CHARGED = new Set(['DuplicateItem', 'ConditionalCheckFailed']);

/** The write units in the engine's ConsumedCapacity. */
export function reportedUnits(consumed: unknown): number {
  const all = (Array.isArray(consumed) ? consumed : consumed === undefined ? [] : [consumed]) as Record<string, number>[];
  return all.reduce((sum, { WriteCapacityUnits, CapacityUnits }) => sum + (WriteCapacityUnits ?? CapacityUnits ?? 0), 0);
}

/**
 * The write units of INSERT statements, which DynamoDB Local does not report: one per KB of the item, and of its projection in each
 * index ("DynamoDB read and write operations", "DynamoDB item sizes and formats"). The units of UPDATE and DELETE depend on the stored
 * item and are not counted.
 *
 * @param responses of BatchExecuteStatement, one for each statement
 * @param put called with the units of each statement and its table
 */
export function insertUnits(
  statements: readonly JsonObject[],
  responses: readonly JsonObject[],
  tables: Tables,
  put: (table: string, units: number) => void = () => undefined,
): number {
  return statements.reduce((sum, statement, at) => {
    const error = responses[at]?.Error as JsonObject | undefined;
    if (error && !CHARGED.has(String(error.Code))) return sum;
    const { table, units } = unitsOf(statement, tables);
    put(table, units);
    return sum + units;
  }, 0);
}

function unitsOf(member: JsonObject, tables: Tables): { readonly table: string; readonly units: number } {
  const { item, table: name } = parseStatement(String(member.Statement), member.Parameters);
  const table = tables.find(name);
  if (!item || !table) {
    return { table: name, units: 0 };
  }
  const sizes = [
    sizeOf(item),
    ...table.indexes.filter(({ keys }) => keys.every((key) => item.has(key))).map((index) => sizeOf(projected(item, index, table))),
  ];
  return { table: table.name, units: sizes.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / UNIT_BYTES)), 0) };
}

function projected(item: ReadonlyMap<string, AttributeValue | undefined>, { keys, projection }: Table['indexes'][number], table: Table) {
  const shown = projection && new Set([...keys, ...table.keys, ...projection]);
  return new Map([...item].filter(([name]) => shown?.has(name) ?? true));
}

function sizeOf(item: ReadonlyMap<string, AttributeValue | undefined>): number {
  return [...item].reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue | undefined): number {
  const [[type, content]] = Object.entries(value ?? { NULL: true });
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return Math.ceil(String(content).replace(/[^0-9]/g, '').length / 2) + 1;
    case 'B':
      return Buffer.from(String(content), 'base64').length;
    case 'SS':
    case 'NS':
    case 'BS':
      return (content as string[]).reduce((sum, member) => sum + valueSize({ [type[0]]: member }), 0);
    case 'L':
      return objects(content).reduce((sum, member) => sum + 1 + valueSize(member), 3);
    case 'M':
      return Object.entries(content as Record<string, AttributeValue>).reduce(
        (sum, [name, member]) => sum + 1 + Buffer.byteLength(name) + valueSize(member),
        3,
      );
    default:
      return 1;
  }
}
