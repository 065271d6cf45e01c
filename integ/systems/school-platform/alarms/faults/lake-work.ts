import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { failing, failingFor } from '../failing';
import type { AlarmFault } from '../fault';
import { purge } from '../purge';
import type { WatchedPlatform } from '../watched-platform';

const COMPACTION = '/Lake/Compaction/Function/';
const ERASURE = '/Lake/Erasure/EraseFunction/';

function bucketOf({ platform, sandbox: { assembly } }: WatchedPlatform): string {
  return assembly.ref(platform.resource('AWS::S3::Bucket', '/Lake/Changes/Bucket/'));
}

/** Puts objects that are no Parquet where the files of a month are, and returns how to remove them. */
async function wrongFiles(platform: WatchedPlatform, year: string, month: string): Promise<() => Promise<void>> {
  const Bucket = bucketOf(platform);
  await platform.sandbox.deliveryStreams.flush();
  const { Contents = [] } = await platform.aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'data/', MaxKeys: 1 }));
  const known = Contents[0]?.Key;
  if (known === undefined) throw new Error('the lake has no files');
  const folder = known
    .slice(0, known.lastIndexOf('/'))
    .replace(/\d{4}\/\d{2}$/, `${year}/${month}`)
    .replace(/year=\d{4}\/month=\d{2}/, `year=${year}/month=${month}`);
  const keys = ['a', 'b'].map((name) => `${folder}/${name}.parquet`);
  for (const Key of keys) await platform.aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'no Parquet' }));
  return async () => {
    for (const Key of keys) await platform.aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  };
}

const S3_FAILS = { service: 's3', code: 'InternalError', status: 500 };

export const LAKE_WORK: readonly AlarmFault[] = [
  {
    what: 'a folder of the lake has files that are no Parquet',
    kind: 'invalid data',
    rings: ['Lake-Compaction-FailedFolders'],
    withinMinutes: 10,
    async begin(platform) {
      const remove = await wrongFiles(platform, '2026', '05');
      await platform.invoke(COMPACTION, {});
      return { end: remove };
    },
  },
  {
    what: 'the lake has files of a year that its table does not have',
    kind: 'invalid data',
    rings: ['Lake-Compaction-Outside'],
    withinMinutes: 10,
    async begin(platform) {
      const remove = await wrongFiles(platform, '1999', '05');
      await platform.invoke(COMPACTION, {});
      return { end: remove };
    },
  },
  {
    what: 'the nightly run of compaction cannot list the bucket',
    kind: 'kills',
    rings: ['Lake-Compaction-DeadLetters'],
    withinMinutes: 15,
    async begin(platform) {
      const end = failingFor(platform, COMPACTION, ['ListObjectsV2'], S3_FAILS);
      platform.sandbox.functions.invokeLater(platform.functionAt(COMPACTION).arn, {});
      return {
        async end() {
          end();
          await purge(platform, '/Lake/Compaction/DeadLetterQueue/');
        },
      };
    },
  },
  {
    what: 'no run of three days gets through all folders',
    kind: 'metric',
    rings: ['Lake-Compaction-Overdue'],
    mayRing: { 'Lake-Compaction-DeadLetters': 'the runs of the night are stopped, because they would report that nothing is left' },
    withinMinutes: 4 * 1_440,
    recoversWithinMinutes: 2 * 1_440,
    // The function that removes schools reports each hour.
    stepMinutes: 40,
    async begin(platform) {
      const { sandbox, functionAt } = platform;
      const FunctionName = functionAt(COMPACTION).arn.split(':').at(-1) ?? '';
      const metric = { namespace: 'Andamio/LakeCompaction', name: 'Left', dimensions: { FunctionName }, unit: 'Count' };
      const stopped = { service: 'lambda', code: 'ServiceException', status: 500, roleArn: scheduleRole(sandbox) };
      const end = failing(platform, ['Invoke'], stopped);
      return {
        everyMinute: async () => sandbox.metrics.put({ ...metric, at: sandbox.clock.now(), value: 3 }),
        async end() {
          end();
          await purge(platform, '/Lake/Compaction/DeadLetterQueue/');
          await platform.invoke(COMPACTION, {});
        },
      };
    },
  },
  {
    what: 'somebody invokes the function that erases without an event',
    kind: 'invalid data',
    rings: ['Lake-Erasure-Errors'],
    withinMinutes: 10,
    async begin(platform) {
      await platform.invoke(ERASURE, null, true);
      return { end() {} };
    },
  },
  {
    what: 'the function that erases cannot list the bucket',
    kind: 'kills',
    rings: ['Lake-Erasure-Overdue'],
    mayRing: { 'Lake-Erasure-Errors': 'each invocation fails, until Overdue silences it' },
    withinMinutes: 10 * 60,
    recoversWithinMinutes: 4 * 60,
    stepMinutes: 10,
    async begin(platform) {
      return { end: failingFor(platform, ERASURE, ['ListObjectVersions', 'GetObject'], S3_FAILS) };
    },
  },
  {
    what: 'DynamoDB may not write the export of a backfill',
    kind: 'slow or throttled',
    rings: ['Lake-Backfill-FailedExports', 'Lake-Backfill-DeadLetters'],
    withinMinutes: 60,
    inMachineTime: true,
    async begin(platform) {
      const end = failingFor(platform, '/Lake/Backfill/SendFunction/', ['PutObject'], S3_FAILS);
      await platform.invoke('/Lake/Backfill/StartFunction/', {});
      return {
        async end() {
          end();
          await purge(platform, '/Lake/Backfill/DeadLetterQueue/');
        },
      };
    },
  },
];

function scheduleRole({ assembly }: WatchedPlatform['sandbox']): string {
  const schedule = assembly.ofType('AWS::Scheduler::Schedule').find(({ path }) => path?.includes('/Lake/Compaction/'));
  if (schedule === undefined) throw new Error('compaction has no schedule');
  return (assembly.properties(schedule) as { Target: { RoleArn: string } }).Target.RoleArn;
}
