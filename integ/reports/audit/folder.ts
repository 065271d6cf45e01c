import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditObject } from '../../../src/resilient-gov-sync/lambda/audit';

/** The audit of a period in a copy of its bucket. Files that are no audit objects are read, too: a verification finds them. */
export function* auditInFolder(folder: string, period: string): Generator<AuditObject> {
  const prefix = `audit/${encodeURIComponent(period)}/`;
  if (!existsSync(join(folder, prefix))) return;
  const files = readdirSync(join(folder, prefix), { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    yield { key: path.slice(join(folder, '/').length), text: readFileSync(path, 'utf8') };
  }
}
