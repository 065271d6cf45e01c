import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { createClock } from '../../process/clock';
import { assemblyOf, temporaryFolder } from '../../testing/engines';
import { openLifecycles } from './lifecycle';

const folder = temporaryFolder();

test('a midnight that passes while the rules are applied is not missed', async () => {
  const assembly = assemblyOf(folder, (stack) => {
    new s3.Bucket(stack, 'Lake', { lifecycleRules: [{ expiration: Duration.days(30) }] });
  });
  const clock = createClock();
  const days: number[] = [];
  const seen = async (count: number) => {
    for (let left = 400; days.length < count && left > 0; left--) await new Promise((done) => setTimeout(done, 5));
    expect(days.length).toBeGreaterThanOrEqual(count);
  };
  const client = {
    async send(command: object) {
      if (!(command instanceof ListObjectVersionsCommand)) return {};
      days.push(Math.floor(clock.now() / 86_400_000));
      // As a test does that sees the first effect of the rules, and goes on at once.
      if (days.length === 1) clock.advance(Duration.days(31).toMilliseconds());
      return { Versions: [] };
    },
  } as unknown as S3Client;
  const lifecycles = openLifecycles({ assembly, clock, client: () => client, report: () => {} });
  try {
    clock.advance(Duration.days(1).toMilliseconds());
    await seen(2);
    expect(days[1] - days[0]).toBe(31);
  } finally {
    await lifecycles.close();
  }
});
