import { TENANT_ID_PATTERN } from '../../runtime/tenant-id';
import type { RewrittenTable } from '../rewritten-table';

/** A folder of a lake's files: a month, or a tenant's month. */
export interface LakeFolder {
  readonly year: number;
  readonly month: number;
  /** Undefined if the layout has no folder for each tenant. */
  readonly tenant?: string;
}

/** What every row has, whatever columns the lake declares. Year, month and tenant are names of folders, not columns of files. */
const STORED_COLUMNS = ['event_id', 'event_name', 'changed_at', 'sequence', 'item'];

/** The path of a folder below the folder of the table: `year=2026/month=11/school=north-high/`. */
export function pathOf({ TENANT_NOUN }: RewrittenTable, { year, month, tenant }: LakeFolder): string {
  const monthFolder = `year=${year}/month=${String(month).padStart(2, '0')}/`;
  return tenant === undefined ? monthFolder : `${monthFolder}${TENANT_NOUN}=${tenant}/`;
}

/** The folder with an object, by its key; undefined for an object in no folder of the lake. */
export function folderAt(table: RewrittenTable, key: string): LakeFolder | undefined {
  const rest = key.startsWith(table.DATA_FOLDER) ? key.slice(table.DATA_FOLDER.length).split('/') : [];
  const [years, months, third, file] = rest;
  const numbers = [numberAfter('year=', years, 4), numberAfter('month=', months, 2)];
  const [year, month] = numbers;
  if (year === undefined || month === undefined || rest.length !== (table.HAS_TENANT_FOLDERS ? 4 : 3)) return undefined;
  if (month < 1 || month > 12 || !isFile(key)) return undefined;
  if (!table.HAS_TENANT_FOLDERS) return { year, month };
  const start = `${table.TENANT_NOUN}=`;
  const tenant = third?.startsWith(start) ? third.slice(start.length) : undefined;
  return file === undefined || tenant === undefined || !new RegExp(TENANT_ID_PATTERN).test(tenant) ? undefined : { year, month, tenant };
}

/** Whether a table reads an object of a folder. Documented: Athena ignores names that start with `_` or `.`. */
export function isFile(key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name !== '' && !name.startsWith('_') && !name.startsWith('.');
}

/** Whether the table has the year of a folder. If not, no query sees its files: it would find no row of them. */
export function isInTable({ YEARS }: RewrittenTable, { year }: LakeFolder): boolean {
  return year >= YEARS.first && year <= YEARS.last;
}

function numberAfter(start: string, text: string | undefined, digits: number): number | undefined {
  if (text === undefined || !text.startsWith(start)) return undefined;
  const written = text.slice(start.length);
  return written.length === digits && /^[0-9]+$/.test(written) ? Number(written) : undefined;
}

/**
 * The statement that writes the rows of a folder to another place.
 *
 * @param keep condition of the rows that are kept; all of them by default
 */
export function unloadSql(table: RewrittenTable, folder: LakeFolder, to: string, keep?: string): string {
  const columns = STORED_COLUMNS.map((name) => `"${name}"`).join(', ');
  const query = `SELECT ${columns} ${fromFolder(table, folder)}${keep === undefined ? '' : ` AND (${keep})`}`;
  return `UNLOAD (${query}) TO 's3://${table.BUCKET}/${to}' WITH (format = 'PARQUET', compression = 'SNAPPY')`;
}

/** The statement that counts the rows of a folder that are not kept: those without the condition, and those for which it is null. */
export function leftOutSql(table: RewrittenTable, folder: LakeFolder, keep: string): string {
  return `SELECT count(*) ${fromFolder(table, folder)} AND NOT coalesce((${keep}), false)`;
}

function fromFolder({ DATABASE, TABLE, TENANT_NOUN }: RewrittenTable, { year, month, tenant }: LakeFolder): string {
  const conditions = [
    ...(tenant === undefined ? [] : [`"${TENANT_NOUN}" = '${tenant.replaceAll("'", "''")}'`]),
    `"year" = ${year}`,
    `"month" = ${month}`,
  ];
  return `FROM "${DATABASE}"."${TABLE}" WHERE ${conditions.join(' AND ')}`;
}
