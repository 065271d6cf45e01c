import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { type ColumnType, JSON_TEXT, TEXT, TIMESTAMP } from './item-type';
import type { LakeColumn } from './lake-column';
import type { LakeLayout } from './lake-layout';
import type { LakeSourceVariant } from './lake-source-variant';

/** A value of an item, wherever it is used: the type check, the stored schema, the views and the documentation. */
export interface ItemColumn {
  readonly name: string;
  /** Names of the attribute and of entries of maps. */
  readonly path: readonly string[];
  readonly type: ColumnType;
}

/** A column of every row, which does not come from an attribute. */
export interface RowColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly comment: string;
}

/** The columns of a lake. */
export interface LakeColumns {
  readonly row: readonly RowColumn[];
  /** The system's columns first, then those that were declared. */
  readonly item: readonly ItemColumn[];
  /** Name of the column with the tenant. */
  readonly tenant: string;
}

const ROW: readonly RowColumn[] = [
  { name: 'event_id', type: TEXT, comment: 'Identifies the change. A row that was delivered twice has the same one.' },
  {
    name: 'event_name',
    type: TEXT,
    comment: 'INSERT or MODIFY; of a backfill, UPSERT for either of them, or BACKFILL for a state that it found.',
  },
  { name: 'changed_at', type: TIMESTAMP, comment: 'When the item was written, to the second. Year and month of the folder are its own.' },
  { name: 'sequence', type: TEXT, comment: 'Orders the changes of an item: first by length, then as text. Absent in rows of a backfill.' },
];

const PARTITIONS = ['year', 'month'];

/**
 * Returns the columns of a lake.
 *
 * @throws when names or paths conflict, or no item can have the path of a column
 */
export function lakeColumns(
  scope: IConstruct,
  { columns, source }: { readonly columns: readonly LakeColumn[]; readonly source: LakeSourceVariant },
): LakeColumns {
  const tenant = tenantColumn(scope, source.tenantNoun);
  const keyNames = ['partition_key', 'sort_key'];
  const own: ItemColumn[] = [
    ...source.keys.map((attribute, index) => ({ name: keyNames[index], path: [attribute], type: TEXT })),
    { name: 'correlation_id', path: [source.correlationAttribute], type: TEXT },
    { name: 'deleted_at', path: [source.deletionAttribute], type: JSON_TEXT },
  ];
  const taken = [...PARTITIONS, tenant, ...ROW.map(({ name }) => name), ...keyNames, ...own.map(({ name }) => name)];
  const item = [...own];
  columns.forEach((column, index) => {
    const property = `columns[${index}]`;
    if (taken.includes(column.name)) {
      invalid(scope, `${property}.name`, column.name, `a name other than those that every row has: ${taken.join(', ')}`);
    }
    if (columns.findIndex(({ name }) => name === column.name) !== index) {
      invalid(scope, `${property}.name`, column.name, 'a name that no other column has');
    }
    const declared = { name: column.name, path: column.path.split('.'), type: column._type };
    checkPath(scope, `${property}.path`, declared, item, source);
    item.push(declared);
  });
  if (columns.length === 0) invalid(scope, 'columns', columns, 'at least one column');
  return { row: ROW, item, tenant };
}

/** Rejects a path that no item can have, or that cannot be told from another one once keys are in lower case. */
function checkPath(
  scope: IConstruct,
  property: string,
  { path, type }: ItemColumn,
  others: readonly ItemColumn[],
  { known }: LakeSourceVariant,
): void {
  const text = path.join('.');
  const knownType = known[path[0]];
  if (knownType !== undefined && path.length > 1) {
    invalid(scope, property, text, `${path[0]} alone: it is not a map, but has type ${knownType} in every item`);
  }
  if (knownType !== undefined && type.descriptor !== undefined && type.descriptor !== knownType) {
    invalid(scope, property, text, `an attribute of type ${type.descriptor}: ${path[0]} has type ${knownType} in every item`);
  }
  for (const other of others) {
    const clash = clashOf(path, other.path);
    if (clash === undefined) continue;
    invalid(scope, property, text, `${clash} the column ${other.name}, which is filled from ${other.path.join('.')}`);
  }
}

/** Why two paths cannot both be columns; undefined if they can. Keys of items are compared without case, as in the files. */
function clashOf(path: readonly string[], other: readonly string[]): string | undefined {
  const shared = path.findIndex((name, index) => name.toLowerCase() !== other[index]?.toLowerCase());
  const length = shared === -1 ? path.length : shared;
  const differs = path.slice(0, length).some((name, index) => name !== other[index]);
  if (differs) return 'a path that differs from another one in more than upper and lower case, which files do not keep apart:';
  if (length === path.length && length === other.length) return 'a path other than that of';
  if (length === path.length || length === other.length) return 'a path that is neither part of nor below that of';
  return undefined;
}

/** The column is named as the folder, `school=north-high`, and the folder as the tenants' permission requires. */
function tenantColumn(scope: IConstruct, noun: string): string {
  if (/^[a-z][a-z0-9_]*$/.test(noun) && ![...PARTITIONS, ...ROW.map(({ name }) => name)].includes(noun)) return noun;
  return invalid(
    scope,
    'noun of the tenancy',
    noun,
    'a noun without a hyphen that no column of every row has, because it is the name of a column',
  );
}

/** The columns as a Markdown table, for documentation. */
export function describeColumns({ row, item, tenant }: LakeColumns, layout: LakeLayout): string {
  const partitions = [
    ['year', 'integer', 'year of changed_at'],
    ['month', 'integer', 'month of changed_at'],
    [tenant, 'varchar', layout.hasTenantFolders ? 'the tenant; each query must name one' : 'the tenant, from the partition key'],
  ];
  const rows = [
    ...partitions,
    ...row.map(({ name, type, comment }) => [name, type.sql, comment]),
    ...item.map(({ name, type, path }) => [name, type.sql, `attribute ${path.join('.')}${type.descriptor ? ` (${type.descriptor})` : ''}`]),
  ];
  return [['column', 'type', 'content'], ['---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
