import { createClient } from '../../kit/client';
import { deadlyPage } from './killer-assembly';
import { type flood, type KillerCase, MESSAGES } from './killer-cases';
import type { KillerPath, KillerRun } from './killer-paths';

const DRAIN_TIMEOUT_MS = 8 * 60_000;
const ATTACKER = 'school-02';
const INNOCENT = 'school-01';
/** Seconds that a process on this machine takes to start and to write one message, with ten at a time. */
const SLACK = 20;

interface Sent {
  readonly key: string;
  readonly at: number;
}

export interface CaseFigures {
  readonly innocent: number;
  readonly innocentStored: number;
  readonly innocentDeadLettered: number;
  readonly doubled: number;
  readonly killersDeadLettered: number;
  /** The highest receive count of a crashing message, and the lowest count of receives alone. */
  readonly mostReceives: number;
  readonly leastAlone: number;
  /** The highest count of receives of a crashing message together with others. */
  readonly mostTogether: number;
  readonly maxDelaySeconds: number;
  /** The maximum according to the README. */
  readonly boundSeconds: number;
}

/** All messages are in the queue before the writer starts, so that crashing and healthy messages share a batch. */
export async function runCase(run: KillerRun, one: KillerCase): Promise<CaseFigures> {
  const path = run.path(one.name);
  const { functions, clock } = run.sandbox;
  const client = createClient(8);
  try {
    await functions.pauseEventSources(path.writerArn);
    const keys = Array.from({ length: MESSAGES }, (_, index) => `${index < one.killers ? 'killer' : 'innocent'}-${index}`);
    await Promise.all(keys.map((key) => send(client, path, key, one.death)));
    const at = clock.now();
    functions.resumeEventSources(path.writerArn);
    const innocents = keys.filter((key) => key.startsWith('innocent')).map((key) => ({ key, at }));
    return await outcome(run, path, innocents, one.killers);
  } finally {
    client.close();
  }
}

/** While the writer runs: a crashing message every second, and a healthy one half a second later. */
export async function runFlood(run: KillerRun, { name, seconds }: typeof flood): Promise<CaseFigures & { killers: number }> {
  const path = run.path(name);
  const client = createClient(4);
  const innocents: Sent[] = [];
  try {
    for (let second = 0; second < seconds; second += 1) {
      await send(client, path, `killer-${second}`, 'wait');
      await new Promise((resolve) => setTimeout(resolve, 500));
      innocents.push({ key: `innocent-${second}`, at: run.sandbox.clock.now() });
      await send(client, path, `innocent-${second}`, 'wait');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return { killers: seconds, ...(await outcome(run, path, innocents, seconds)) };
  } finally {
    client.close();
  }
}

async function send(client: ReturnType<typeof createClient>, path: KillerPath, key: string, death: string): Promise<void> {
  const deadly = key.startsWith('killer');
  const headers = {
    authorization: `Bearer ${deadly ? ATTACKER : INNOCENT}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const body = JSON.stringify({ student: key, page: deadly ? deadlyPage(death) : '/today' });
  const { status } = await client.post(path.url, headers, body);
  if (status !== 202) throw new Error(`${path.url} answers ${status}`);
}

async function outcome(run: KillerRun, path: KillerPath, innocents: readonly Sent[], killers: number): Promise<CaseFigures> {
  await drained(run, path);
  const { observer, table, deaths } = run;
  const stored = table.of(path.name);
  const dead = (await observer.messages(path.queueUrls.dead)).map(({ MessageId, Body = '' }) => ({
    id: String(MessageId),
    killer: Body.includes(deadlyPage('')),
  }));
  const received = deaths.receives(path.logGroup);
  const receives = [...received.values()];
  const found = innocents.filter(({ key }) => stored.has(key));
  const { visibilitySeconds, windowSeconds, timeoutSeconds, retries, concurrency } = path;
  return {
    innocent: innocents.length,
    innocentStored: found.length,
    innocentDeadLettered: dead.filter(({ killer }) => !killer).length,
    // A process that is stopped after its write, for its timeout on a busy machine, logs no count.
    doubled: Math.max(0, deaths.written(path.logGroup) - found.length) + (stored.size - found.length),
    killersDeadLettered: dead.filter(({ id, killer }) => killer && received.has(id)).length,
    mostReceives: Math.max(...receives.map((batches) => batches.length)),
    leastAlone: Math.min(...receives.map((batches) => batches.filter((messages) => messages === 1).length)),
    mostTogether: Math.max(...receives.map((batches) => batches.filter((messages) => messages > 1).length)),
    maxDelaySeconds: Math.round(Math.max(0, ...found.map(({ key, at }) => (stored.get(key) ?? 0) - at)) / 100) / 10,
    boundSeconds: visibilitySeconds + windowSeconds + Math.ceil((killers * retries * timeoutSeconds) / concurrency) + SLACK,
  };
}

/** Waits until both source queues are empty. */
async function drained({ observer }: KillerRun, { name, queueUrls }: KillerPath): Promise<void> {
  for (const deadline = Date.now() + DRAIN_TIMEOUT_MS; ; ) {
    // In the order in which messages move.
    const left = (await observer.depth(queueUrls.queue)) + (await observer.depth(queueUrls.retry));
    if (left === 0) return;
    if (Date.now() > deadline)
      throw new Error(`${name}: ${left} messages are still in the queues after ${DRAIN_TIMEOUT_MS / 60_000} minutes`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
