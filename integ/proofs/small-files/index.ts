import { parseArgs } from 'node:util';
import { athenaIn } from '../../kit/athena';
import { jsonCaller } from '../../kit/aws-json';
import { proof } from '../../kit/proof';
import { synthesize } from '../../kit/synthesize';
import { type Sandbox, startSandbox } from '../../sandbox';
import { BREAKS } from './breaks';
import { type LakeBucket, lakeBucket } from './bucket';
import { type Delivery, deliveries } from './month';
import { differenceOf } from './rows';

/** Files of a school do not depend on those of others, so that this one stands for the forty. */
const MEASURED = 1;
const RUNS = 5;
/** How many files UNLOAD writes in the sandbox. */
const WRITERS = 2;
const MAY = 'year = 2026 AND month = 5';

const nameOf = (school: number) => `school-${String(school + 1).padStart(2, '0')}`;

/**
 * `npx projen prove small-files`: the files of a month before and after compaction, and the time of queries. The sandbox's Athena writes with
 * two writers; AWS documents that UNLOAD writes several files in parallel, and not how many.
 */
export default proof(
  'small-files',
  {
    shows: 'A month of a school has a few files after compaction, with the same rows, and is queried faster',
    usage: `[--broken ${Object.keys(BREAKS).join('|')}]`,
    minutes: 15,
  },
  async ({ progress, args, use }) => {
    const { values } = parseArgs({ args: [...args], options: { broken: { type: 'string' } } });
    const broken = values.broken === undefined ? undefined : BREAKS[values.broken];
    if (values.broken !== undefined && broken === undefined) {
      throw new Error(`Found no break '${values.broken}': expected one of ${Object.keys(BREAKS).join(', ')}`);
    }
    const assembly = await synthesize('integ/proofs/small-files/app.ts', { fromSources: true, report: progress.step });
    // The proof compares before and after, and starts the run between itself, also at night.
    const sandbox = use(await startSandbox(assembly, { strict: true, report: progress.step, schedules: () => false }));
    const bucket = use(lakeBucket(sandbox));
    const all = deliveries();
    const own = all.filter(({ school }) => school < MEASURED);
    await deliver(sandbox, own, (done) => progress.count('deliveries', done, own.length));

    progress.step('queries before');
    const before = await measure(sandbox, bucket);
    const { key } = (await bucket.files())[0];
    const old = { key, body: await bucket.read(key) };
    progress.step('compaction');
    const found = sandbox.assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('CompactionFunction'));
    if (found === undefined) throw new Error('The assembly has no function for compaction');
    const { payload, milliseconds } = await sandbox.functions.invoke(sandbox.assembly.attribute(found, 'Arn'), {});
    if (broken !== undefined) {
      progress.step(`broken on purpose: ${broken.what}`);
      await broken.apply(bucket, old);
    }
    progress.step('queries after');
    const after = await measure(sandbox, bucket);
    const sent = own.reduce((sum, { times }) => sum + times.length, 0);
    const difference = differenceOf(before.contents, after.contents);
    const ratio = (name: 'files' | 'bytes' | 'milliseconds') => Math.round((before[name] / after[name]) * 10) / 10;
    return {
      figures: {
        ...{
          schools: MEASURED,
          rows: before.contents.length,
          columns: before.contents[0].length,
          difference,
          before: shown(before),
          after: withTwoWriters(shown(after)),
          compaction: payload,
          compactionMs: Math.round(milliseconds),
        },
        ratio: { filesWithTwoWriters: ratio('files'), bytes: ratio('bytes'), queryTime: ratio('milliseconds') },
        filesOf40Schools: all.length,
      },
      promises: {
        'every school is compacted': JSON.stringify(payload) === JSON.stringify({ compacted: MEASURED, left: 0, failed: 0, outside: 0 }),
        'every change that was sent is one row': before.contents.length === sent,
        'all columns of all rows are the same, each row as often as before': difference.missing === 0 && difference.added === 0,
        'a month of a school has a file for each writer': after.files <= WRITERS * MEASURED,
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
async function measure(sandbox: Sandbox, bucket: LakeBucket) {
  const ask = athenaIn(sandbox, 'lake');
  const question = (school: string) =>
    ask(
      `SELECT course, count(DISTINCT event_id), avg(score) FROM lake.grades_changes WHERE school = '${school}' AND ${MAY} GROUP BY course ORDER BY course`,
    );
  const answers = [];
  for (let run = 0; run < RUNS; run++) answers.push(await question(nameOf(0)));
  const times = answers.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const contents = [];
  for (let school = 0; school < MEASURED; school++) {
    // The table, not a view, so that every value that is stored is compared.
    contents.push(...(await ask(`SELECT * FROM lake.grades WHERE school = '${nameOf(school)}' AND ${MAY}`)).rows);
  }
  const [{ files: filesRead, bytes: bytesRead }] = answers;
  const objects = await bucket.files();
  return {
    files: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    ...{ filesRead, bytesRead, milliseconds: Math.round(times[Math.floor(RUNS / 2)]) },
    contents,
  };
}

/** Without the rows, which are compared only. */
function shown({ contents: _, files, ...figures }: Awaited<ReturnType<typeof measure>>) {
  return { files, ...figures };
}

/** The number of files is the sandbox's, and is named so. */
function withTwoWriters({ files: filesWithTwoWriters, ...figures }: ReturnType<typeof shown>) {
  return { filesWithTwoWriters, ...figures };
}
