import type { CsvRow } from './csv';
import type { Period } from './source-request';
import { jsonOf, type ReportField } from './value';

/** What the reports of some tenants are written from. */
export interface ReportsProps {
  readonly period: Period;
  /** In ascending order. */
  readonly tenants: readonly string[];
  readonly tenantNoun: string;
  readonly fields: readonly ReportField[];
  /** The tenant and the fields of each row, without the names of columns. Rows of a tenant follow each other, tenants in ascending order. */
  readonly rows: AsyncIterable<CsvRow>;
  /** Writes the report of a tenant, or why it cannot be made. */
  readonly put: (tenant: string, body: string, notMade?: string) => Promise<unknown>;
}

/** The most that a report may have: several of them are in memory at the same time. */
const LARGEST_REPORT_CHARACTERS = 16 * 1024 * 1024;
const CONCURRENT_WRITES = 8;

/**
 * Writes a report for each tenant, also for one without rows, so that "nothing to report" can be told from a report that is missing. One that
 * is too large, or has a value of another type, is written as the reason: the others do not wait for it.
 *
 * @throws when a row is of another tenant than was asked for
 */
export async function writeReports({ period, tenants, tenantNoun, fields, rows, put }: ReportsProps): Promise<void> {
  const waiting = [...tenants];
  const writes = new Set<Promise<unknown>>();
  let open: string[] = [];
  let characters = 0;
  let notMade: string | undefined;

  const write = async (tenant: string, body: string, reason: string | undefined): Promise<void> => {
    while (writes.size >= CONCURRENT_WRITES) await Promise.race(writes);
    const done: Promise<unknown> = put(tenant, body, reason).then(() => writes.delete(done));
    // One that failed stays, and whoever waits next gets its error.
    done.catch(() => undefined);
    writes.add(done);
  };
  const bodyOf = (tenant: string, lines: readonly string[]): string => {
    const head = { reference: `${tenant}-${period.name}`, [tenantNoun]: tenant, period: period.name };
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${lines.join(',')}]}`;
  };
  const next = async (): Promise<void> => {
    const [tenant] = waiting.splice(0, 1);
    const [body, reason] = [notMade ?? bodyOf(tenant, open), notMade];
    open = [];
    characters = 0;
    notMade = undefined;
    await write(tenant, body, reason);
  };
  const add = (values: readonly (string | null)[]): void => {
    const line = `{${fields.map((field, index) => `${JSON.stringify(field.name)}:${jsonOf(values[index] ?? null, field)}`).join(',')}}`;
    characters += line.length;
    if (characters > LARGEST_REPORT_CHARACTERS) throw new Error(`it has more than ${LARGEST_REPORT_CHARACTERS} characters`);
    open.push(line);
  };

  for await (const [tenant, ...values] of rows) {
    if (!waiting.includes(tenant ?? '')) throw new Error('the result of the query has rows that are not in the order of its tenants');
    while (waiting[0] !== tenant) await next();
    if (notMade !== undefined) continue;
    try {
      add(values);
    } catch (error) {
      notMade = (error as Error).message;
      open = [];
    }
  }
  while (waiting.length > 0) await next();
  await Promise.all(writes);
}
