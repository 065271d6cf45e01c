import { proof } from '../../kit/proof';
import { startPlatform } from '../../systems/school-platform/platform';
import { schools } from '../../systems/school-platform/population';
import { flood } from './flood';
import { rounds } from './rounds';

const NEIGHBOURS = 10;
const NOISY = 'school-40';

/** `npx projen prove noisy-neighbour`: a school at fifty times its rate is throttled, and the other schools are not slowed down. */
export default proof(
  'noisy-neighbour',
  { shows: 'A tenant at fifty times its rate is throttled, and the others are not slowed down', minutes: 15 },
  async ({ progress }) => {
    const others = schools()
      .slice(0, NEIGHBOURS)
      .map(({ id }) => id);
    const platform = await startPlatform({ report: progress.step, schools: [...others, NOISY], trial: [NOISY] });
    try {
      const throttled = await rounds(platform, others, NOISY, progress);
      const queued = await flood(platform, others, NOISY, progress);
      return {
        figures: { ...throttled, queue: queued },
        promises: {
          'the noisy school is throttled': throttled.noisy429 > 0.8 * throttled.noisySent,
          'each throttled answer has Retry-After': throttled.withoutRetryAfter === 0,
          'no other school is throttled': throttled.others429 === 0 && throttled.othersFailed === 0,
          "the other schools' p95 latency is at most 1.25 times that without the noisy school": throttled.p95Ratio <= 1.25,
          'every accepted message of the flood is written': queued.lost === 0,
        },
      };
    } finally {
      await platform.close();
    }
  },
);
