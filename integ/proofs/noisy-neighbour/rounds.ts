import { evenArrivals } from '../../kit/load/arrivals';
import { type Answer, type Load, startLoadClient } from '../../kit/load/load-client';
import type { Progress } from '../../kit/progress';
import { median, quantile } from '../../kit/statistics';
import type { RunningPlatform } from '../../systems/school-platform/platform';

const ROUNDS = 7;
const SECONDS = 8;
const OTHERS_PER_SECOND = 40;
/** The rate of the trial tier, see examples/school-platform. */
const RATE = 2;
const TIMES = 50;
const ANSWER_TIMEOUT_MS = 60_000;

export interface Throttled {
  readonly noisySent: number;
  readonly noisy429: number;
  readonly withoutRetryAfter: number;
  readonly othersSent: number;
  readonly others429: number;
  /** Answers to the other schools except 202 and 429. */
  readonly othersFailed: number;
  readonly quietP95: number;
  readonly noisyP95: number;
  /** The median ratio over consecutive pairs of a quiet and a noisy round. */
  readonly p95Ratio: number;
}

/** Pairs of rounds with and without the noisy school, in alternating order, so that other load on the machine affects both equally. */
export async function rounds(platform: RunningPlatform, others: readonly string[], noisy: string, progress: Progress): Promise<Throttled> {
  const [quietClient, noisyClient] = [startLoadClient(), startLoadClient()];
  const load = (schools: readonly string[], perSecond: number, name: string): Load => ({
    origin: platform.visitsUrl,
    requests: evenArrivals(perSecond, SECONDS).map((dueMs, number) => ({
      dueMs,
      method: 'POST',
      path: '',
      headers: {
        authorization: `Bearer ${platform.token(schools[number % schools.length])}`,
        'content-type': 'application/json',
        'idempotency-key': `${name}-${number}`,
      },
      body: JSON.stringify({ student: 'student-1', page: '/today' }),
    })),
    // As long as an answer takes: one that is late is slow, not lost.
    timeoutMs: ANSWER_TIMEOUT_MS,
  });
  const normal = (round: string) => quietClient.send(load(others, OTHERS_PER_SECOND, `normal-${round}`));
  const noise = (round: string) => noisyClient.send(load([noisy], RATE * TIMES, `noise-${round}`));
  try {
    // Warms up functions, connections and caches; this round does not count.
    await Promise.all([normal('warm'), noise('warm')]);
    const pairs: { quiet: number; loud: number }[] = [];
    const [allOthers, allNoise]: [Answer[], Answer[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      const quiet = async () => await normal(`quiet-${round}`);
      const loud = async () => {
        const [answers, noisy] = await Promise.all([normal(`loud-${round}`), noise(`loud-${round}`)]);
        allNoise.push(...noisy);
        return answers;
      };
      const [first, second] = round % 2 === 0 ? [quiet, loud] : [loud, quiet];
      const [one, two] = [await first(), await second()];
      allOthers.push(...one, ...two);
      const [calm, rough] = round % 2 === 0 ? [one, two] : [two, one];
      pairs.push({ quiet: p95(calm), loud: p95(rough) });
      progress.count('pairs of rounds', round + 1, ROUNDS);
    }
    const throttled429 = allNoise.filter(({ status }) => status === 429);
    return {
      noisySent: allNoise.length,
      noisy429: throttled429.length,
      withoutRetryAfter: throttled429.filter(({ retryAfter }) => !/^[1-9]\d*$/.test(retryAfter ?? '')).length,
      othersSent: allOthers.length,
      others429: allOthers.filter(({ status }) => status === 429).length,
      othersFailed: allOthers.filter(({ status }) => status !== 429 && status !== 202).length,
      quietP95: tenth(median(pairs.map(({ quiet }) => quiet))),
      noisyP95: tenth(median(pairs.map(({ loud }) => loud))),
      p95Ratio: Math.round(median(pairs.map(({ quiet, loud }) => loud / quiet)) * 100) / 100,
    };
  } finally {
    quietClient.close();
    noisyClient.close();
  }
}

function p95(answers: readonly Answer[]): number {
  return quantile(
    answers.map(({ milliseconds }) => milliseconds),
    0.95,
  );
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
