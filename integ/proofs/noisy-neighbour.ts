import { startPlatform } from '../school-day/platform';
import { schools } from '../school-day/population';
import { flood } from './noisy-neighbour/flood';
import { rounds } from './noisy-neighbour/rounds';
import { createProgress } from './progress';
import { verdict } from './verdict';

const NEIGHBOURS = 10;
const NOISY = 'school-40';

/** `npx projen prove:noisy-neighbour`: a school at fifty times its rate is refused, and no other school notices. */
async function main(): Promise<void> {
  const progress = createProgress();
  const others = schools()
    .slice(0, NEIGHBOURS)
    .map(({ id }) => id);
  const platform = await startPlatform({ say: progress.step, schools: [...others, NOISY], trial: [NOISY] });
  try {
    const throttled = await rounds(platform, others, NOISY, progress);
    const queued = await flood(platform, others, NOISY, progress);
    verdict(
      { ...throttled, queue: queued },
      {
        'the noisy school is refused': throttled.noisy429 > 0.8 * throttled.noisySent,
        'each refusal says when to come back': throttled.withoutRetryAfter === 0,
        'no other school is refused': throttled.others429 === 0 && throttled.othersFailed === 0,
        "the others' p95 is at most 1.25 times that without the noise": throttled.p95Ratio <= 1.25,
        'every accepted message of the flood is written': queued.lost === 0,
      },
    );
  } finally {
    await platform.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
