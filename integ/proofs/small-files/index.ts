import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { athenaIn } from '../../kit/athena';
import { jsonCaller } from '../../kit/aws-json';
import { proof } from '../../kit/proof';
import { synthesize } from '../../kit/synthesize';
import { type Sandbox, startSandbox } from '../../sandbox';
import { type Delivery, deliveries } from './month';

/** Files of a school do not depend on those of others, so that this one stands for the forty. */
const MEASURED = 1;
const RUNS = 5;
const MAY = 'year = 2026 AND month = 5';

const nameOf = (school: number) => `school-${String(school + 1).padStart(2, '0')}`;

/** `npx projen prove small-files`: the files of a month before and after compaction, and the time of queries. */
export default proof(
  'small-files',
  { shows: 'A month of a school has a few files after compaction, with the same rows, and is queried faster', minutes: 15 },
  async ({ progress, use }) => {
    const assembly = await synthesize('integ/proofs/small-files/app.ts', { fromSources: true, report: progress.step });
    const sandbox = use(await startSandbox(assembly, { strict: true, report: progress.step }));
    const all = deliveries();
    const own = all.filter(({ school }) => school < MEASURED);
    await deliver(sandbox, own, (done) => progress.count('deliveries', done, own.length));

    progress.step('queries before');
    const before = await measure(sandbox);
    progress.step('compaction');
    const found = sandbox.assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('CompactionFunction'));
    if (found === undefined) throw new Error('The assembly has no function for compaction');
    const { payload, milliseconds } = await sandbox.functions.invoke(sandbox.assembly.attribute(found, 'Arn'), {});
    progress.step('queries after');
    const after = await measure(sandbox);
    const ratio = (name: 'files' | 'bytes' | 'milliseconds') => Math.round((before[name] / after[name]) * 10) / 10;
    return {
      figures: {
        ...{
          schools: MEASURED,
          rows: before.rows,
          before: shown(before),
          after: shown(after),
          compaction: payload,
          compactionMs: Math.round(milliseconds),
        },
        ratio: { files: ratio('files'), bytes: ratio('bytes'), queryTime: ratio('milliseconds') },
        filesOf40Schools: all.length,
      },
      promises: {
        'every school is compacted': JSON.stringify(payload) === JSON.stringify({ compacted: MEASURED, left: 0, failed: 0, outside: 0 }),
        'the rows are the same': before.answer === after.answer && before.rows === own.reduce((sum, { times }) => sum + times.length, 0),
        'a month of a school has at most 2 files': after.files <= 2 * MEASURED,
        'compacted files are smaller': after.bytes < before.bytes,
        'a query takes less time': after.milliseconds < before.milliseconds,
      },
    };
  },
);

async function deliver(sandbox: Sandbox, own: readonly Delivery[], report: (done: number) => void): Promise<void> {
  const put = jsonCaller(sandbox, { service: 'firehose', target: 'Firehose_20150804' });
  const stream = sandbox.assembly
    .ofType('AWS::KinesisFirehose::DeliveryStream')
    .find(({ logicalId }) => logicalId.startsWith('LakeDelivery'));
  const DeliveryStreamName = stream === undefined ? '' : sandbox.assembly.ref(stream);
  let id = 0;
  for (const [index, { school, times }] of own.entries()) {
    const Records = times.map((time) => ({ Data: Buffer.from(recordOf(nameOf(school), time, id++)).toString('base64') }));
    for (let at = 0; at < Records.length; at += 500) {
      const { FailedPutCount } = await put('PutRecordBatch', { DeliveryStreamName, Records: Records.slice(at, at + 500) });
      if (FailedPutCount !== 0) throw new Error(`${FailedPutCount} records failed`);
    }
    await sandbox.deliveryStreams.flush();
    report(index + 1);
  }
}

/** A record as the pipe sends it. */
function recordOf(school: string, time: number, id: number): string {
  const student = `student-${(id * 7919) % 900}`;
  const item = {
    pk: { S: `${school}#STUDENT#${student}` },
    sk: { S: `GRADE#${id}` },
    student: { S: student },
    course: { S: `course-${id % 24}` },
    score: { N: String((id * 37) % 101) },
    gradedAt: { S: new Date(time * 1_000).toISOString() },
    correlationId: { S: `request-${id}` },
  };
  return JSON.stringify({ event_id: `event-${id}`, event_name: 'INSERT', changed_at: time, sequence: String(id), item });
}

/** What is in the bucket, and what one question takes, as the median of several times. */
async function measure(sandbox: Sandbox) {
  const ask = athenaIn(sandbox, 'lake');
  const question = (school: string) =>
    ask(
      `SELECT course, count(DISTINCT event_id), avg(score) FROM lake.grades_changes WHERE school = '${school}' AND ${MAY} GROUP BY course ORDER BY course`,
    );
  const answers = [];
  for (let run = 0; run < RUNS; run++) answers.push(await question(nameOf(0)));
  const times = answers.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const counts = [];
  for (let school = 0; school < MEASURED; school++) {
    counts.push((await ask(`SELECT count(*) FROM lake.grades_changes WHERE school = '${nameOf(school)}' AND ${MAY}`)).rows[0][0]);
  }
  const [{ files: filesRead, bytes: bytesRead, rows }] = answers;
  const objects = await stored(sandbox);
  return {
    files: objects.length,
    bytes: objects.reduce((sum, size) => sum + size, 0),
    ...{ filesRead, bytesRead, milliseconds: Math.round(times[Math.floor(RUNS / 2)]) },
    rows: counts.reduce((sum, count) => sum + Number(count), 0),
    answer: JSON.stringify(rows),
  };
}

/** Sizes of the files of the lake. */
async function stored({ endpoint, assembly }: Sandbox): Promise<number[]> {
  const { expiration: _, ...credentials } = endpoint.administrator();
  const client = new S3Client({ endpoint: endpoint.url, region: assembly.region, credentials, forcePathStyle: true });
  const bucket = assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('LakeBucket'));
  const sizes: number[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket && assembly.ref(bucket), Prefix: 'data/' })) {
    sizes.push(...Contents.map(({ Size = 0 }) => Size));
  }
  client.destroy();
  return sizes;
}

/** Without the answer of the query, which is compared only. */
function shown({ answer: _, rows: __, ...figures }: Awaited<ReturnType<typeof measure>>) {
  return figures;
}
