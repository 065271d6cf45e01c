import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Sandbox } from '../../sandbox/contracts';
import { batchLine } from '../../school-day/batch-line';
import type { RunningPlatform } from '../../school-day/platform';
import type { Visit } from '../../school-day/population';
import type { Item, Onlooker } from '../../school-day/stored';
import { type Client, eachOf } from '../../school-day/traffic';

const AT_ONCE = 32;
const TRIES = 5;
const PATIENCE_MS = 8 * 60_000;

/** Sends the visits over HTTP, again after a 503 as the answer asks; returns those that the API accepted with 202. */
export async function sendVisits(
  platform: RunningPlatform,
  client: Client,
  visits: readonly Visit[],
  onProgress: (done: number) => void,
): Promise<Visit[]> {
  const tokens = new Map([...new Set(visits.map(({ school }) => school))].map((school) => [school, platform.tokens.token(school)]));
  const accepted: Visit[] = [];
  let done = 0;
  await eachOf(visits, AT_ONCE, async (visit) => {
    const headers = {
      authorization: `Bearer ${tokens.get(visit.school)}`,
      'content-type': 'application/json',
      'idempotency-key': visit.idempotencyKey,
    };
    const body = JSON.stringify({ student: visit.student, page: visit.page });
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const { status } = await client.post(platform.visitsUrl, headers, body);
      if (status === 202) accepted.push(visit);
      if (status < 500) break;
    }
    onProgress(++done);
  });
  return accepted;
}

/** Waits until nothing is left in the queue and the dead letters are as many as they should become. */
export async function drained(
  platform: RunningPlatform,
  onlooker: Onlooker,
  deadLetters: number,
  onProgress: (left: number) => void,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = await onlooker.depth(platform.queueUrl);
    onProgress(left);
    if (left === 0 && (await onlooker.depth(platform.deadLetterQueueUrl)) >= deadLetters) return;
    if (Date.now() > deadline) throw new Error(`${left} messages are still in the queue after ${PATIENCE_MS / 60_000} minutes`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Compares what was accepted with what is in the table. An item that no accepted visit explains counts as doubled. */
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
  sandbox.door.onCall(({ operation, writeUnits }) => {
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

/** Adds up the metrics that the writer logs. */
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
