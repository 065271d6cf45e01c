import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../kit/observer';
import type { Sandbox } from '../../sandbox';
import { batchLine } from '../../systems/school-platform/batch-line';
import type { Visit } from '../../systems/school-platform/population';

/** Compares accepted visits with the items in the table. An item that matches no accepted visit counts as written twice. */
export function accounted(accepted: readonly Visit[], items: readonly Item[]): { stored: number; lost: number; doubled: number } {
  const name = (school: string, student: string, page: string, key: string) => JSON.stringify([school, student, page, key]);
  const expected = new Set(accepted.map(({ school, student, page, idempotencyKey }) => name(school, student, page, idempotencyKey)));
  const found = new Set<string>();
  let doubled = 0;
  for (const item of items) {
    const { tenant, body, sk } = unmarshall(item) as { tenant: string; sk: string; body: { student: string; page: string } };
    const key = name(tenant, body.student, body.page, sk.replace(/^VISIT#/, ''));
    if (!expected.has(key) || found.has(key)) doubled++;
    found.add(key);
  }
  return { stored: items.length, lost: [...expected].filter((key) => !found.has(key)).length, doubled };
}

export interface CallCount {
  of(operation: string): number;
  writeUnits(): number;
  /** Invocations of the writer that ended with a summary line. */
  batches(): number;
}

export function countCalls(sandbox: Sandbox): CallCount {
  const operations = new Map<string, number>();
  let units = 0;
  let batches = 0;
  sandbox.endpoint.onCall(({ operation, writeUnits }) => {
    operations.set(operation, (operations.get(operation) ?? 0) + 1);
    units += writeUnits ?? 0;
  });
  sandbox.logs.onLine(({ message }) => {
    if (batchLine(message)) batches++;
  });
  return { of: (operation) => operations.get(operation) ?? 0, writeUnits: () => units, batches: () => batches };
}

export interface Outcomes {
  readonly written: number;
  readonly duplicates: number;
  readonly failed: number;
}

/** The sum of the metrics that the writer logs. */
export function countOutcomes(sandbox: Sandbox): () => Outcomes {
  let total: Outcomes = { written: 0, duplicates: 0, failed: 0 };
  sandbox.logs.onLine(({ message }) => {
    const line = batchLine(message);
    if (line) {
      total = {
        written: total.written + line.Written,
        duplicates: total.duplicates + line.Duplicates,
        failed: total.failed + line.Failed,
      };
    }
  });
  return () => total;
}
