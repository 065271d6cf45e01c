import { Aws, Fn } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { LAST_CHANGE_FIRST, NOT_DELETED } from '../runtime/lake-changes';
import { storedValue } from './item-struct';
import { type ColumnType, INTEGER, TEXT } from './item-type';
import type { LakeColumns } from './lake-columns';
import type { LakeLayout } from './lake-layout';
import type { LakeNames } from './lake-names';

interface ViewColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly comment?: string;
}

/** What the views of a lake are made of. */
export interface ViewProps {
  readonly names: LakeNames;
  readonly columns: LakeColumns;
  readonly layout: LakeLayout;
}

/** Creates the views of a lake, as the children `ChangesView` and `CurrentView`. */
export function createViews(scope: Construct, table: CfnTable, props: ViewProps): CfnTable[] {
  const { names } = props;
  const columns = viewColumns(props);
  const changes = createView(
    scope,
    'ChangesView',
    names,
    names.changes,
    'Each change of an item, with its columns.',
    columns,
    changesSql(props),
  );
  const current = createView(
    scope,
    'CurrentView',
    names,
    names.current,
    'The last known state of each item that was not deleted.',
    columns,
    currentSql(props, columns),
  );
  changes.addResourceDependency(table);
  current.addResourceDependency(changes);
  return [changes, current];
}

function viewColumns({ columns: { row, item, tenant } }: ViewProps): ViewColumn[] {
  return [
    { name: tenant, type: TEXT, comment: 'The tenant.' },
    { name: 'year', type: INTEGER, comment: 'Year of changed_at.' },
    { name: 'month', type: INTEGER, comment: 'Month of changed_at.' },
    ...row,
    ...item.map(({ name, type, path }) => ({ name, type, comment: `Attribute ${path.join('.')}.` })),
  ];
}

/** Rows of the files, with a column for each declared one. The filters of a query on year, month and tenant reach the files through it. */
export function changesSql({ names, columns, layout }: ViewProps): string {
  const { row, item, tenant } = columns;
  const [key] = item;
  const tenantValue = layout.hasTenantFolders ? quoted(tenant) : `split_part(${storedValue(key)}, '#', 1)`;
  const values = [
    `${tenantValue} AS ${quoted(tenant)}`,
    quoted('year'),
    quoted('month'),
    ...row.map(({ name }) => quoted(name)),
    ...item.map((column) => `${column.type.read(storedValue(column))} AS ${quoted(column.name)}`),
  ];
  return `SELECT ${values.join(', ')} FROM ${tableIn(names, names.table)}`;
}

/** The last change of each item, without those of deleted items. */
export function currentSql({ names, columns: { item, tenant } }: ViewProps, columns: readonly ViewColumn[]): string {
  const keys = [tenant, ...item.map(({ name }) => name).filter((name) => ['partition_key', 'sort_key'].includes(name))];
  const ranked = `SELECT *, row_number() OVER (PARTITION BY ${keys.map(quoted).join(', ')} ORDER BY ${LAST_CHANGE_FIRST}) AS "age" FROM ${tableIn(names, names.changes)}`;
  const all = columns.map(({ name }) => quoted(name)).join(', ');
  return `SELECT ${all} FROM (${ranked}) WHERE "age" = 1 AND ${NOT_DELETED}`;
}

/**
 * A view as Athena itself creates it, because CloudFormation has no statement for it: a table of type VIRTUAL_VIEW whose text contains the
 * query in Base64.
 */
function createView(
  scope: Construct,
  id: string,
  { database }: LakeNames,
  name: string,
  description: string,
  columns: readonly ViewColumn[],
  originalSql: string,
): CfnTable {
  const definition = {
    originalSql,
    catalog: 'awsdatacatalog',
    schema: database,
    columns: columns.map((column) => ({ name: column.name, type: column.type.sql })),
  };
  return new CfnTable(scope, id, {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: database,
    tableInput: {
      name,
      description,
      tableType: 'VIRTUAL_VIEW',
      parameters: { presto_view: 'true', comment: 'Presto View' },
      viewOriginalText: `/* Presto View: ${Fn.base64(JSON.stringify(definition))} */`,
      viewExpandedText: '/* Presto View */',
      storageDescriptor: {
        columns: columns.map(({ name: column, type: { hive }, comment }) => ({ name: column, type: hive, comment })),
        serdeInfo: {},
      },
    },
  });
}

function tableIn({ database }: LakeNames, table: string): string {
  return `${quoted(database)}.${quoted(table)}`;
}

function quoted(name: string): string {
  return `"${name}"`;
}
