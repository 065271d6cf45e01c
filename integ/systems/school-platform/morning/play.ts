import type { Client } from '../../../kit/client';
import { eachOf } from '../../../kit/each-of';
import type { PlannedRequest } from '../../../kit/load/load-client';
import type { Observer } from '../../../kit/observer';
import { generator } from '../../../kit/random';
import { lakePipe } from '../demo/lake';
import { lesson } from '../grades';
import type { RunningPlatform } from '../platform';
import { recess } from '../population';
import { sendVisits } from '../visits';

const SEED = 1;
const MINUTE_MS = 60_000;
/** What a dashboard shows by default: three hours. */
const MINUTES = 180;
/** When students open the app. */
const RECESS = { from: 95, to: 115 };
const VISITS = { usual: 3, recess: 30 };
const AT_ONCE = 4;
/** The window in which the writer collects messages, and some more. */
const WINDOW_MS = 10_000;
const POLL_MS = 30;
/** Half an hour before the schedule of the example sends reports: on the fifth day of a quarter, at six in Madrid. */
const BEFORE_REPORTS = Date.UTC(2027, 0, 5, 4, 30);

/**
 * Three hours of the clock: lessons, a recess in which students open the app, and the reports of the quarter. Requests are sent at real
 * speed, and the rest of each minute is skipped.
 */
export async function playMorning(
  platform: RunningPlatform,
  { client, observer }: { readonly client: Client; readonly observer: Observer },
  schools: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  const { clock } = platform.sandbox;
  const random = generator(SEED);
  const visits = recess(SEED).filter(({ school }) => schools.includes(school));
  let failed = 0;
  await teach(platform, lesson({ schools, token: platform.token }, { arrivals: Array(80).fill(0), random, name: 'autumn', writes: 1 }));
  report('the quarter ends');
  await written(platform, observer);
  await lakePipe(platform).drain();
  clock.advance(BEFORE_REPORTS - clock.now());
  const start = clock.now();
  for (let minute = 0; minute < MINUTES; minute++) {
    if (minute % 30 === 0) report(`minute ${minute} of ${MINUTES}`);
    const isRecess = minute >= RECESS.from && minute < RECESS.to;
    const count = 6 + Math.floor(6 * Math.sin((minute / MINUTES) * Math.PI) + random() * 4);
    const requests = lesson(
      { schools, token: platform.token },
      { arrivals: Array(count).fill(0), random, name: `minute-${minute}`, writes: 0.5 },
    );
    const sent = visits.splice(0, isRecess ? VISITS.recess : VISITS.usual);
    const [failures] = await Promise.all([teach(platform, requests), sendVisits(platform, client, sent, { atOnce: AT_ONCE })]);
    failed += failures;
    clock.advance(WINDOW_MS);
    await written(platform, observer);
    clock.advance(Math.max(0, start + (minute + 1) * MINUTE_MS - clock.now()));
  }
  report(`${failed} requests of the lessons failed`);
  await lakePipe(platform).drain();
  clock.advance(MINUTE_MS);
}

/** Sends what teachers do. @returns how many requests failed */
async function teach({ apiUrl }: RunningPlatform, requests: readonly PlannedRequest[]): Promise<number> {
  let failed = 0;
  await eachOf(requests, AT_ONCE, async ({ method, path, headers, body }) => {
    const response = await fetch(`${apiUrl}${path}`, { method, headers, body }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response === undefined || response.status >= 500) failed += 1;
  });
  return failed;
}

/** Until the queue of the visits is empty, and no function works. */
async function written({ sandbox: { functions }, queueUrl }: RunningPlatform, observer: Observer): Promise<void> {
  do await new Promise((wake) => setTimeout(wake, POLL_MS));
  while (functions.inFlight > functions.waiting || (await observer.depth(queueUrl)) > 0);
}
