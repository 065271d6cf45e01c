/** How DynamoDB describes the type of a value in a stream record: `{"S":"text"}`. Documented: "AttributeValue" in the streams API. */
export type Descriptor = 'S' | 'N' | 'BOOL' | 'M';

/** What a column holds: how the value is described in a record, stored in a file, and read in a query. */
export interface ColumnType {
  /** Undefined for a value of any type, which is kept as JSON text. */
  readonly descriptor?: Exclude<Descriptor, 'M'>;
  /** The type in the file, in Hive's notation. */
  readonly stored: string;
  /** The type in a view, in Hive's notation and in Athena's. */
  readonly hive: string;
  readonly sql: string;
  /** The value in a query, from the stored one. */
  readonly read: (stored: string) => string;
  /** A regular expression that the text of a number must match, beyond being a number. */
  readonly digits?: string;
}

/** A regular expression that matches a whole text. In jq, `$` also matches before a line break at the end. */
export function whole(pattern: string): string {
  return `\\A${pattern}\\z`;
}

const asStored = (stored: string): string => stored;

export const TEXT: ColumnType = { descriptor: 'S', stored: 'string', hive: 'string', sql: 'varchar', read: asStored };
export const INTEGER: ColumnType = { descriptor: 'N', stored: 'int', hive: 'int', sql: 'integer', read: asStored };
export const BIGINT: ColumnType = { descriptor: 'N', stored: 'bigint', hive: 'bigint', sql: 'bigint', read: asStored };
export const DOUBLE: ColumnType = { descriptor: 'N', stored: 'double', hive: 'double', sql: 'double', read: asStored };
export const BOOLEAN_VALUE: ColumnType = { descriptor: 'BOOL', stored: 'boolean', hive: 'boolean', sql: 'boolean', read: asStored };
export const TIMESTAMP: ColumnType = { descriptor: 'S', stored: 'timestamp', hive: 'timestamp', sql: 'timestamp(3)', read: asStored };
/** Up to 11 digits, the year 5138: `from_unixtime` fails for a number that no timestamp has, and with it every query of the view. */
export const EPOCH_SECONDS: ColumnType = {
  descriptor: 'N',
  stored: 'bigint',
  hive: 'timestamp',
  sql: 'timestamp(3)',
  read: (stored) => `CAST(from_unixtime(${stored}) AS timestamp(3))`,
  digits: whole('-?[0-9]{1,11}'),
};
export const JSON_TEXT: ColumnType = { stored: 'string', hive: 'string', sql: 'varchar', read: asStored };

/**
 * A decimal number. It is stored as DynamoDB's text, because that keeps all 38 digits, and the view converts it. A number that does not fit
 * is put into quarantine before it is stored, so that the conversion in the view never fails.
 */
export function decimalType(precision: number, scale: number): ColumnType {
  // DynamoDB writes 0.5 for one half, and `decimal(2,2)` has no digit for 1.5.
  const integral = scale === precision ? '0' : `[0-9]{1,${precision - scale}}`;
  const fraction = scale === 0 ? '' : `([.][0-9]{1,${scale}})?`;
  const type = `decimal(${precision},${scale})`;
  return {
    descriptor: 'N',
    stored: 'string',
    hive: type,
    sql: type,
    read: (stored) => `CAST(${stored} AS ${type})`,
    digits: whole(`-?${integral}${fraction}`),
  };
}
