import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { batchLine } from '../school-day/batch-line';
import { type RunningPlatform, startPlatform } from '../school-day/platform';
import { generator, recess, schools, shuffled, type Visit } from '../school-day/population';
import { createOnlooker, type Onlooker } from '../school-day/stored';
import { createClient, eachOf } from '../school-day/traffic';
import { report } from './report';
import { createCounter } from './tally';
import { createView } from './view';

const SEED = 1;
/** Waits for a second try pass ten times faster than on AWS, so that a dead letter can be seen within a demo. */
const SPEED = 10;
const TAPPED_TWICE = 250;
const BROKEN = 5;
const AT_ONCE = 24;
const PATIENCE_MS = 150_000;

/** `npx projen demo`: 5,000 students of 40 schools open the app at recess, on this machine. */
async function main(): Promise<void> {
  const view = createView(process.stdout);
  const platform = await startPlatform({ speed: SPEED, say: view.step });
  const onlooker = createOnlooker(platform.sandbox);
  try {
    const counter = createCounter(schools());
    platform.sandbox.logs.onLine(({ message }) => {
      const line = batchLine(message);
      if (line) counter.batch(line);
    });
    view.step('\nRecess: 5,000 students of 40 schools open the app, 250 of them tap twice, and 5 broken messages are in the queue.\n');
    const ticker = setInterval(() => view.draw(counter.tally()), 1000);
    try {
      await breakSomething(platform, onlooker);
      await open(platform, counter.accepted);
      await settled(platform, onlooker, counter.deadLetters);
    } finally {
      clearInterval(ticker);
    }
    view.draw(counter.tally());
    view.end();
    const items = (await onlooker.items(platform.tableName)).length;
    view.step(report(platform.sandbox, counter.tally(), items));
  } finally {
    onlooker.close();
    await platform.close();
  }
}

/** Messages that a producer around the API could send: they must die alone. */
async function breakSomething(platform: RunningPlatform, onlooker: Onlooker): Promise<void> {
  for (let count = 0; count < BROKEN; count++) {
    await onlooker.sqs.send(new SendMessageCommand({ QueueUrl: platform.queueUrl, MessageBody: 'not json', MessageGroupId: 'school-01' }));
  }
}

async function open(platform: RunningPlatform, accepted: (school: string) => void): Promise<void> {
  const visits = recess(SEED);
  const random = generator(SEED);
  const taps: Visit[] = shuffled([...visits, ...shuffled(visits, random).slice(0, TAPPED_TWICE)], random);
  const tokens = new Map(schools().map(({ id }) => [id, platform.tokens.token(id)]));
  const client = createClient(AT_ONCE);
  try {
    await eachOf(taps, AT_ONCE, async ({ school, student, page, idempotencyKey }) => {
      const headers = {
        authorization: `Bearer ${tokens.get(school)}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      };
      const { status } = await client.post(platform.visitsUrl, headers, JSON.stringify({ student, page }));
      if (status === 202) accepted(school);
    });
  } finally {
    client.close();
  }
}

/** Until the queue is empty and what is broken lies among the dead letters. */
async function settled(platform: RunningPlatform, onlooker: Onlooker, deadLetters: (count: number) => void): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const dead = await onlooker.depth(platform.deadLetterQueueUrl);
    deadLetters(dead);
    if (dead >= BROKEN && (await onlooker.depth(platform.queueUrl)) === 0) return;
    await new Promise((wake) => setTimeout(wake, 500));
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
