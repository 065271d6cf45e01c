import { invalid } from '../core/private/base/invalid';
import { having, listOf, literal, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { StreamingDataLake } from '../streaming-data-lake';
import type { ITenantDirectory } from '../tenant-directory';
import type { ReportField, ValueKind } from './lambda/lake-reports/value';

/** How reports are made from a data lake. */
export interface LakeReportsOptions {
  /** The tenants that have a report: those that are active or suspended. A tenant without rows has one, too. */
  readonly tenants: ITenantDirectory;

  /**
   * The fields of a row, each with the column of the lake that it is filled from: `{ student: 'student_id', grade: 'grade' }`. A value that an
   * item lacks is `null`.
   */
  readonly fields: { [field: string]: string };

  /**
   * Columns in which an item must have a value to be a row, such as one that only grades have.
   *
   * @default - none: each item that was changed in the period is a row
   */
  readonly required?: string[];
}

/** @throws when a column is none of the lake, or the tenants are those of another tenancy */
export function checkLakeReports(lake: StreamingDataLake, options: LakeReportsOptions): void {
  if (!having<StreamingDataLake>('', '_source', '_columns').accepts(lake)) {
    invalid('ReportSource', 'lake', lake, 'new StreamingDataLake(…): the columns of an imported lake are not known');
  }
  const where = `ReportSource of ${lake.node.path}`;
  checkProps(where, options, OPTIONS);
  const { tenants, fields, required: needed = [] } = options;
  if (tenants.tenancy.noun !== lake.tenantNoun) {
    invalid(where, 'tenants', tenants, `the directory of the tenancy that the lake has: each tenant is a ${lake.tenantNoun}`);
  }
  if (Object.keys(fields).length === 0) invalid(where, 'fields', fields, "at least one field: { student: 'student_id' }");
  const known = kindsOf(lake);
  for (const [property, column] of [
    ...Object.entries(fields).map(([name, column]) => [`fields.${name}`, column]),
    ...needed.map((column, index) => [`required[${index}]`, column]),
  ]) {
    if (!known.has(column)) invalid(where, property, column, `a column of the lake: ${[...known.keys()].join(', ')}`);
  }
}

/** The fields of a row, with how their values are written. */
export function reportFields(lake: StreamingDataLake, { fields }: LakeReportsOptions): ReportField[] {
  const known = kindsOf(lake);
  return Object.entries(fields).map(([name, column]) => ({ name, column, kind: known.get(column) ?? 'text' }));
}

/** How the values of each column are written. */
function kindsOf({ _columns: { row, item } }: StreamingDataLake): ReadonlyMap<string, ValueKind> {
  return new Map([
    ...row.map(({ name, type }) => [name, kindOf(type.sql)] as const),
    // A column of any type is text in Athena, and that text is JSON.
    ...item.map(({ name, type }) => [name, type.descriptor === undefined ? 'json' : kindOf(type.sql)] as const),
  ]);
}

function kindOf(sql: string): ValueKind {
  if (sql === 'varchar') return 'text';
  if (sql === 'boolean' || sql === 'double') return sql;
  return sql.startsWith('timestamp') ? 'time' : 'exact';
}

const OPTIONS: PropKinds<LakeReportsOptions> = {
  tenants: required(having<ITenantDirectory>('a TenantDirectory', 'table', 'tenancy')),
  fields: required(literal<{ [field: string]: string }>("a map of fields and columns: { student: 'student_id' }")),
  required: listOf(STRING, 'a list of names of columns'),
};
