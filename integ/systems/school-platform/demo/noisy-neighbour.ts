import { type Client, createClient } from '../../../kit/client';
import { eachOf } from '../../../kit/each-of';
import type { RunningPlatform } from '../platform';
import { schools } from '../population';

const REQUESTS = 600;
const OF_EACH_OTHER = 8;
const AT_ONCE = { noisy: 16, others: 8 };

/** The responses to the requests of one side. */
export interface Side {
  readonly sent: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly retryAfter: string | undefined;
}

export interface NoisyNeighbour {
  readonly school: string;
  readonly noisy: Side;
  readonly others: Side;
}

/** One school sends without a pause while the other schools send as usual. */
export async function overload(platform: RunningPlatform, school: string): Promise<NoisyNeighbour> {
  const others = schools()
    .map(({ id }) => id)
    .filter((id) => id !== school);
  const senders = others.flatMap((id) => Array.from({ length: OF_EACH_OTHER }, () => id));
  const [noisy, other] = [createClient(AT_ONCE.noisy), createClient(AT_ONCE.others)];
  try {
    const [noisySide, otherSide] = await Promise.all([
      side(
        platform,
        noisy,
        Array.from({ length: REQUESTS }, () => school),
        AT_ONCE.noisy,
        'noisy',
      ),
      side(platform, other, senders, AT_ONCE.others, 'other'),
    ]);
    return { school, noisy: noisySide, others: otherSide };
  } finally {
    noisy.close();
    other.close();
  }
}

async function side(platform: RunningPlatform, client: Client, senders: readonly string[], atOnce: number, name: string): Promise<Side> {
  let [accepted, throttled] = [0, 0];
  let retryAfter: string | undefined;
  const numbered = senders.map((school, number) => ({ school, number }));
  await eachOf(numbered, atOnce, async ({ school, number }) => {
    const headers = {
      authorization: `Bearer ${platform.token(school)}`,
      'content-type': 'application/json',
      'idempotency-key': `${name}-${number}`,
    };
    const response = await client.post(platform.visitsUrl, headers, JSON.stringify({ student: 'student-1', page: '/today' }));
    if (response.status === 202) accepted++;
    if (response.status !== 429) return;
    throttled++;
    retryAfter = response.headers['retry-after'];
  });
  return { sent: senders.length, accepted, throttled, retryAfter };
}
