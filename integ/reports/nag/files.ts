import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './evaluate';

/** An app with the results of the packs. */
export interface AppReport {
  /** `tenant-table, minimal` */
  readonly app: string;
  readonly resources: number;
  readonly lines: readonly Line[];
}

/** The packs, in the order in which they ran. */
export function packsOf(reports: readonly AppReport[]): string[] {
  return [...new Set(reports.flatMap(({ lines }) => lines.map(({ pack }) => pack)))];
}

/** `tenant-table.minimal` */
export function fileName(app: string): string {
  return app.replace(/, /g, '.');
}

/**
 * Writes `<app>/<pack>.csv` and `.json` for each app and pack. The columns are those of cdk-nag 2, plus two.
 *
 * @param folder deleted and created again
 */
export function writeFiles(folder: string, reports: readonly AppReport[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const { app, lines } of reports) {
    const own = join(folder, fileName(app));
    mkdirSync(own, { recursive: true });
    for (const pack of packsOf(reports)) {
      const rows = lines.filter((line) => line.pack === pack).map(row);
      writeFileSync(join(own, `${pack}.json`), `${JSON.stringify({ app, pack, lines: rows }, undefined, 1)}\n`);
      writeFileSync(join(own, `${pack}.csv`), csv(rows));
    }
  }
}

const HEADINGS = {
  ruleId: 'Rule ID',
  resourceId: 'Resource ID',
  resourceType: 'Resource Type',
  construct: 'Construct',
  compliance: 'Compliance',
  exceptionReason: 'Exception Reason',
  ruleLevel: 'Rule Level',
  ruleInfo: 'Rule Info',
} as const;

type Row = Record<keyof typeof HEADINGS, string>;

function row({ id, resource, type, construct, status, reason, level, info }: Line): Row {
  return {
    ruleId: id,
    resourceId: resource,
    resourceType: type,
    construct,
    compliance: status,
    exceptionReason: reason,
    ruleLevel: level,
    ruleInfo: info,
  };
}

/** RFC 4180: every field is quoted, and quotes are doubled. */
function csv(rows: readonly Row[]): string {
  const columns = Object.keys(HEADINGS) as (keyof Row)[];
  const cells = [Object.values(HEADINGS), ...rows.map((each) => columns.map((column) => each[column]))];
  return cells.map((values) => `${values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')}\r\n`).join('');
}
