import { LAST_CHANGE_FIRST, NOT_DELETED } from '../../../runtime/lake-changes';
import type { LakeReportsSettings } from '../../lake-reports-settings';
import type { Period } from './source-request';

type Table = Pick<LakeReportsSettings, 'DATABASE' | 'TABLE' | 'TENANT_NOUN' | 'KEYS' | 'FIELDS' | 'REQUIRED'>;

/**
 * The query of a period: each item that was changed in it, with its last state of the period. States of later are not known to it, so that a
 * report is the same whenever it is made. The rows of a tenant follow each other, in the order of the items' keys.
 *
 * @param tenants at most 500: Athena enumerates a folder for each of them and each month
 */
export function reportSql(
  { DATABASE, TABLE, TENANT_NOUN, KEYS, FIELDS, REQUIRED }: Table,
  period: Period,
  tenants: readonly string[],
): string {
  const tenant = `"${TENANT_NOUN}"`;
  const keys = KEYS.map((key) => `"${key}"`).join(', ');
  const { years, months } = foldersOf(period);
  const columns = FIELDS.map(({ column }, index) => `"${column}" AS "f${index}"`);
  const conditions = [
    `${tenant} IN (${tenants.map((one) => `'${one}'`).join(', ')})`,
    `"year" IN (${years.join(', ')})`,
    `"month" IN (${months.join(', ')})`,
    `"changed_at" >= ${timestamp(period.start)}`,
    `"changed_at" < ${timestamp(period.end)}`,
  ];
  const ranked = `SELECT *, row_number() OVER (PARTITION BY ${tenant}, ${keys} ORDER BY ${LAST_CHANGE_FIRST}, "event_id" DESC) AS "age"
  FROM "${DATABASE}"."${TABLE}_changes"
  WHERE ${conditions.join(' AND ')}`;
  const kept = ['"age" = 1', NOT_DELETED, ...REQUIRED.map((column) => `"${column}" IS NOT NULL`)];
  return `SELECT ${[`${tenant} AS "tenant_of_row"`, ...columns].join(', ')} FROM (
  ${ranked}
)
WHERE ${kept.join(' AND ')}
ORDER BY ${tenant}, ${keys}`;
}

/** The years and months in UTC that have changes of the period. A period of a time zone can begin in the month before. */
function foldersOf({ start, end }: Period): { readonly years: readonly number[]; readonly months: readonly number[] } {
  const first = new Date(start);
  const last = Date.parse(end) - 1;
  const years = new Set<number>();
  const months = new Set<number>();
  for (let month = first.getUTCMonth(); ; month++) {
    const at = new Date(Date.UTC(first.getUTCFullYear(), month, 1));
    if (at.getTime() > last) break;
    years.add(at.getUTCFullYear());
    months.add(at.getUTCMonth() + 1);
  }
  return { years: [...years], months: [...months] };
}

/** Changes have a time in whole seconds, so a limit within a second means the next one. */
function timestamp(instant: string): string {
  const seconds = new Date(Math.ceil(Date.parse(instant) / 1_000) * 1_000);
  return `TIMESTAMP '${seconds.toISOString().slice(0, 19).replace('T', ' ')}'`;
}
