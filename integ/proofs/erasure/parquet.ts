import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installLake } from '../../sandbox/engines/lake';

const SCRIPT = `
import duckdb, json, sys
for path in sys.argv[1:]:
    for row in duckdb.sql(f"SELECT to_json(r)::VARCHAR FROM read_parquet('{path}') r").fetchall():
        print(row[0])
`;

/** The rows of Parquet files as JSON. They are compressed: without a decoder, a search would find nothing in any of them. */
export async function parquetRows(files: readonly Buffer[]): Promise<string[]> {
  if (files.length === 0) return [];
  const { python, packages } = await installLake(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'erasure-'));
  try {
    const paths = files.map((_, index) => join(folder, `${index}.parquet`));
    for (const [index, path] of paths.entries()) writeFileSync(path, files[index]);
    const env = { PATH: process.env.PATH, PYTHONPATH: packages, HOME: folder };
    const { stdout } = await promisify(execFile)(python, ['-s', '-c', SCRIPT, ...paths], { env, maxBuffer: 256 * 1024 * 1024 });
    return stdout.split('\n').filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
