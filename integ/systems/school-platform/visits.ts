import type { Client, ClientResponse } from '../../kit/client';
import { eachOf } from '../../kit/each-of';
import type { Observer } from '../../kit/observer';
import type { RunningPlatform } from './platform';
import type { Visit } from './population';

const TRIES = 5;
const DRAIN_TIMEOUT_MS = 8 * 60_000;

export interface Sending {
  /** The number of concurrent requests. */
  readonly atOnce: number;
  /** How many are sent per second at most. @default - as many as are answered */
  readonly perSecond?: number;
  /** Called with each visit that the API accepted, and with each final response. */
  accepted?(visit: Visit): void;
  completed?(done: number): void;
}

/** Sends the visits over HTTP and repeats them after a 429 or 5xx, after the delay of Retry-After. Returns the visits accepted with 202. */
export async function sendVisits(platform: RunningPlatform, client: Client, visits: readonly Visit[], sending: Sending): Promise<Visit[]> {
  const accepted: Visit[] = [];
  let [started, done] = [0, 0];
  const start = Date.now();
  await eachOf(visits, sending.atOnce, async (visit) => {
    const dueMs = sending.perSecond === undefined ? 0 : (started++ / sending.perSecond) * 1_000;
    const aheadMs = start + dueMs - Date.now();
    if (aheadMs > 0) await new Promise((wake) => setTimeout(wake, aheadMs));
    const { status } = await sendVisit(platform, client, visit);
    if (status === 202) {
      accepted.push(visit);
      sending.accepted?.(visit);
    }
    sending.completed?.(++done);
  });
  return accepted;
}

async function sendVisit(platform: RunningPlatform, client: Client, visit: Visit): Promise<ClientResponse> {
  const headers = {
    authorization: `Bearer ${platform.token(visit.school)}`,
    'content-type': 'application/json',
    'idempotency-key': visit.idempotencyKey,
  };
  const body = JSON.stringify({ student: visit.student, page: visit.page });
  for (let attempt = 1; ; attempt++) {
    const response = await client.post(platform.visitsUrl, headers, body);
    if (attempt === TRIES || (response.status !== 429 && response.status < 500)) return response;
    await new Promise((resolve) => setTimeout(resolve, Number(response.headers['retry-after'] ?? 0) * 1000));
  }
}

/** Waits until the queue and the retry queue are empty and the expected number of dead letters has arrived. */
export async function drained(
  platform: RunningPlatform,
  observer: Observer,
  deadLetters: number,
  seen: (left: number, dead: number) => void,
): Promise<void> {
  const deadline = Date.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    // In the order in which messages move: with concurrent requests, a message between two queues could be missed.
    const left = (await observer.depth(platform.queueUrl)) + (await observer.depth(platform.retryQueueUrl));
    const dead = await observer.depth(platform.deadLetterQueueUrl);
    seen(left, dead);
    if (left === 0 && dead >= deadLetters) return;
    if (Date.now() > deadline) throw new Error(`${left} messages are still in the queues after ${DRAIN_TIMEOUT_MS / 60_000} minutes`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
