import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createClient } from '../../kit/client';
import { createObserver, type Observer } from '../../kit/observer';
import type { Progress } from '../../kit/progress';
import { generator, shuffled } from '../../kit/random';
import type { Fault } from '../../sandbox';
import { type RunningPlatform, startPlatform } from '../../systems/school-platform/platform';
import { recess } from '../../systems/school-platform/population';
import { drained, sendVisits } from '../../systems/school-platform/visits';
import { CALL_ERRORS, STATEMENT_ERRORS } from './errors';
import { accounted, countOutcomes } from './run';

const AT_ONCE = 32;
const SEED = 20262;
const SPEED = 8;
const REPEATS = 500;
const KILLS = 3;
const POISON = 50;
/** Deletions that fail, with ten messages each: the queue delivers these 200 written messages again. */
const FAILED_DELETES = 20;

/** All known failures in one recess. Delays pass eight times faster than on AWS; calls and functions run in real time. */
export async function faulty(progress: Progress) {
  const platform = await startPlatform({ speed: SPEED, report: progress.step });
  const client = createClient(AT_ONCE);
  const observer = createObserver(platform.sandbox);
  try {
    const outcomes = countOutcomes(platform.sandbox);
    const faults = documentedErrors();
    const met = watchErrors(platform);
    for (const fault of faults) platform.sandbox.endpoint.inject(fault);
    platform.sandbox.endpoint.inject({
      service: 'sqs',
      operation: 'DeleteMessageBatch',
      calls: range(5, FAILED_DELETES),
      code: 'AccessDenied',
      status: 403,
    });

    const visits = recess(SEED);
    const random = generator(SEED);
    const repeats = shuffled(visits, random).slice(0, REPEATS);
    await sendPoison(platform, observer);
    const killed = killInTheMiddle(platform, KILLS);
    const sent = [...visits, ...repeats];
    const accepted = await sendVisits(platform, client, shuffled(sent, random), {
      atOnce: AT_ONCE,
      completed: (done) => progress.count('accepted', done, sent.length),
    });
    await drained(platform, observer, POISON, (left) => progress.count('written', sent.length - left, sent.length));

    const { written, duplicates, failed } = outcomes();
    const onQueue = accepted.length + POISON;
    return {
      sent: sent.length,
      accepted: accepted.length,
      ...accounted(accepted, await observer.items(platform.tableName)),
      deadLettered: await observer.depth(platform.deadLetterQueueUrl),
      repeats: REPEATS,
      duplicates,
      redelivered: written + duplicates + failed - onQueue,
      killed: await killed,
      errorsInjected: faults.length,
      errorsMet: met(),
    };
  } finally {
    client.close();
    observer.close();
    await platform.close();
  }
}

/** One separate call or statement for each error, early in the run, so that no message meets enough errors to become a dead letter. */
function documentedErrors(): Fault[] {
  const write = { service: 'dynamodb', operation: 'BatchExecuteStatement' };
  return [
    ...STATEMENT_ERRORS.map((code, index) => ({ ...write, calls: [3 + 3 * index], code, statements: [index, 24 - index] })),
    ...CALL_ERRORS.map(([code, status], index) => ({ ...write, calls: [4 + 3 * index], code, status })),
    { ...write, calls: [5], code: 'AnswerLost', afterwards: true },
  ];
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The injected errors that calls to the table got. */
function watchErrors(platform: RunningPlatform): () => string[] {
  const met = new Set<string>();
  platform.sandbox.endpoint.onCall(({ service, faults }) => {
    if (service !== 'dynamodb') return;
    for (const { code, statements } of faults) met.add(statements ? `${code} of a statement` : code);
  });
  return () => [...met].sort();
}

/** Messages that a producer could send directly to the queue. */
async function sendPoison(platform: RunningPlatform, observer: Observer): Promise<void> {
  const tenant = (value: string) => ({ tenant: { DataType: 'String', StringValue: value } });
  const kinds = [
    { MessageBody: 'not json', MessageAttributes: tenant('school-01') },
    { MessageBody: '["student-1"]', MessageAttributes: tenant('school-01') },
    { MessageBody: '{"student":"student-1","page":"/today"}' },
    { MessageBody: '{"student":"student-1","page":"/today"}', MessageAttributes: tenant('school-01#STUDENT#1') },
    { MessageBody: '{"page":"/today"}', MessageAttributes: tenant('school-01') },
  ];
  for (const index of range(0, POISON)) {
    await observer.sqs.send(
      new SendMessageCommand({ QueueUrl: platform.queueUrl, MessageGroupId: 'school-01', ...kinds[index % kinds.length] }),
    );
  }
}

/** Stops the writer's execution environments while they process a batch, at intervals. */
async function killInTheMiddle(platform: RunningPlatform, times: number): Promise<number> {
  let killed = 0;
  while (killed < times) {
    await new Promise((resolve) => setTimeout(resolve, killed === 0 ? 1500 : 300));
    if (platform.sandbox.functions.kill(platform.writerArn) > 0) killed++;
  }
  return killed;
}
