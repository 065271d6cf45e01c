import { startLoadClient } from '../../kit/load/load-client';
import { createObserver } from '../../kit/observer';
import type { Sent } from './load';
import type { Place } from './place';
import { type Compared, judge, type Repeat, stored } from './recorded';

const PER_SECOND = 20;
/** Acknowledged writes that are repeated too, so that repeats of recorded grades are there in each run. */
const ACKNOWLEDGED = 50;

/** Compares the table with the acknowledged writes, repeats the others and some of these with their keys, and compares again. */
export async function compare({ platform, sandbox, lessons: { origin } }: Place, sent: readonly Sent[]): Promise<Compared> {
  const observer = createObserver(sandbox);
  const client = startLoadClient();
  try {
    const writes = sent.filter(({ request }) => request.body !== undefined);
    const acknowledged = writes.filter(({ isFailed }) => !isFailed);
    const chosen = [...writes.filter(({ isFailed }) => isFailed), ...acknowledged.slice(-ACKNOWLEDGED)];
    const before = stored(await observer.items(platform.tableName));
    const requests = chosen.map(({ request }, at) => ({ ...request, dueMs: (at / PER_SECOND) * 1000 }));
    const answers = await client.send({ origin, requests });
    const after = stored(await observer.items(platform.tableName));
    const repeats = chosen.map((write, at): Repeat => ({ write, answer: answers[at] }));
    return judge({ writes, repeats, before, after });
  } finally {
    client.close();
    observer.close();
  }
}
