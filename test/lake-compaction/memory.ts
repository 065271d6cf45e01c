import type { CompactionSettings } from '../../src/lake-compaction/settings';
import type { RewriteDependencies, StoredObject } from '../../src/lake-rewrite/lambda/dependencies';
import { parquetOf } from './parquet';

export const settings: CompactionSettings = {
  ...{ BUCKET: 'lake', DATA_FOLDER: 'data/grades/', REWRITES_FOLDER: 'rewrites/grades/', DATABASE: 'lake', TABLE: 'grades' },
  ...{
    WORKGROUP: 'lake',
    TENANT_NOUN: 'school',
    HAS_TENANT_FOLDERS: true,
    YEARS: { first: 2026, last: 2050 },
    MOST_NEW_FILES: 3,
    CONCURRENCY: 2,
  },
};
export const NOW = Date.UTC(2026, 5, 2);

/** A bucket and a workgroup in memory. A query writes one file with the rows of the files that it reads, if the table has their year. */
export class Memory implements RewriteDependencies {
  public readonly objects = new Map<string, string>();
  public readonly statements: string[] = [];
  public running: string[] = [];
  public time = NOW;
  /** Rows of a query's file; those that it reads by default. */
  public writes = (rows: number): number => rows;
  /** Rows that a condition leaves out. */
  public leftOut = 0;
  public fails = (_sql: string): string | undefined => undefined;
  private count = 0;

  public readonly store: RewriteDependencies['store'] = {
    each: (prefix) => this.each(prefix),
    list: async (prefix) => {
      const found = [];
      for await (const one of this.each(prefix)) found.push(one);
      return found;
    },
    end: async (key, bytes) => parquetOf(rowsOf(this.objects.get(key) ?? '')).subarray(-bytes),
    read: async (key) => {
      const text = this.objects.get(key);
      return text === undefined ? undefined : { text, etag: text };
    },
    write: async (key, text, etag) => {
      if (this.objects.get(key) !== etag) return undefined;
      this.objects.set(key, text);
      return text;
    },
    copy: async (from, to) => {
      const content = this.objects.get(from);
      if (content === undefined) throw new Error('NoSuchKey');
      this.objects.set(to, content);
    },
    remove: async (keys) => {
      for (const key of keys) this.objects.delete(key);
    },
    removeVersions: async (prefix) => {
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys) this.objects.delete(key);
      return keys.length;
    },
  };

  public readonly queries: RewriteDependencies['queries'] = {
    start: async (sql) => {
      this.statements.push(sql);
      const to = /TO 's3:\/\/lake\/([^']+)'/.exec(sql)?.[1];
      const rows = this.writes(this.rowsRead(sql));
      if (to !== undefined && rows > 0 && this.fails(sql) === undefined) this.objects.set(`${to}file`, `${rows} rows by ${sql}`);
      return `query-${this.statements.length}`;
    },
    state: async (id) => {
      const reason = this.fails(this.statements[Number(id.split('-')[1]) - 1]);
      return reason === undefined ? { state: 'SUCCEEDED', scannedBytes: 10 } : { state: 'FAILED', reason, scannedBytes: 0 };
    },
    stop: async () => {},
    count: async () => this.leftOut,
    unfinished: async () => this.running,
  };

  public readonly now = () => this.time;
  public readonly sleep = async (milliseconds: number) => {
    this.time += milliseconds;
  };
  public readonly newId = () => `00000000-0000-4000-8000-${String(++this.count).padStart(12, '0')}`;

  /** The rows of the folder that a statement reads: none of a year that the table does not have. */
  private rowsRead(sql: string): number {
    const [school, year, month] = [/"school" = '([^']+)'/, /"year" = ([0-9]+)/, /"month" = ([0-9]+)/].map((one) => one.exec(sql)?.[1]);
    const { first, last } = settings.YEARS;
    if (Number(year) < first || Number(year) > last) return 0;
    const folder = `data/grades/year=${year}/month=${month?.padStart(2, '0')}/school=${school}/`;
    const files = [...this.objects].filter(([key]) => key.startsWith(folder)).map(([, content]) => rowsOf(content));
    return files.reduce((total, rows) => total + rows, 0) - (sql.includes('AND (') ? this.leftOut : 0);
  }

  private async *each(prefix: string): AsyncGenerator<StoredObject> {
    for (const key of [...this.objects.keys()].sort()) {
      if (key.startsWith(prefix)) yield { key, size: this.objects.get(key)?.length ?? 0, etag: this.objects.get(key) ?? '' };
    }
  }
}

/** The rows of a file of this bucket, which starts with their number. */
const rowsOf = (content: string): number => Number(content.split(' ')[0]);

/** Folders with files of two rows each. */
export function filled(folders: Readonly<Record<string, number>>): Memory {
  const memory = new Memory();
  for (const [folder, files] of Object.entries(folders)) {
    for (let index = 0; index < files; index++)
      memory.objects.set(`data/grades/${folder}/f${index}.parquet`, `2 rows in ${folder} ${index}`);
  }
  return memory;
}
