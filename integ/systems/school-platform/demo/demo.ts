import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createClient } from '../../../kit/client';
import { createObserver, type Observer } from '../../../kit/observer';
import { generator, shuffled } from '../../../kit/random';
import { scaleService } from '../../../kit/scale-service';
import { batchLine } from '../batch-line';
import { type RunningPlatform, startPlatform } from '../platform';
import { recess, schools, type Visit } from '../population';
import { drained, sendVisits } from '../visits';
import { breakIn } from './break-in';
import { createExpectation } from './expectation';
import { startGovernment } from './government';
import { askLake, lakePipe } from './lake';
import { startLessons } from './lessons';
import { overload } from './noisy-neighbour';
import { sendQuarter } from './quarter';
import { brokenPromises } from './quarter-lines';
import { report } from './report';
import { createCounter } from './tally';
import { createView } from './view';

const SEED = 1;
const APP = join('integ', 'systems', 'school-platform', 'demo', 'app.ts');
/** The width of pictures where no terminal has one. */
const PLAIN_COLUMNS = 100;
const INDENT = 2;
/** Retry delays pass ten times faster than on AWS, so that dead letters appear during the demo. */
const SPEED = 10;
const TAPPED_TWICE = 250;
const BROKEN = 5;
const AT_ONCE = 24;
/** Both paths share two processors here. This many visits leave room for both: more show what the machine takes, not what the platform does. */
const VISITS_PER_SECOND = 100;
/** How long only teachers use the platform. */
const QUIET_MS = 8_000;
const TASKS = 2;
/** Enough for the functions of the other path to start: on AWS that would not take the processors of the service. */
const WARM_UP_VISITS = 500;
const NOISY = 'school-40';
const [INTRUDER, VICTIM] = ['school-01', 'school-02'];

/**
 * `npx projen demo`: teachers of 40 schools register grades, while 5,000 students open the app at recess. Then one school sends too much, and
 * another one requests data of a third. At the end, the lake answers a question about one school, and the reports of the quarter are sent to a
 * government API that fails.
 */
async function main(): Promise<void> {
  // The demo's own SDK clients run on the installed Node version: their warning would appear in the picture.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const view = createView(process.stdout);
  const denials = createExpectation(view.step, (line) => line.startsWith('denied: '));
  const government = await startGovernment(SEED);
  const platform = await startPlatform({
    ...{ app: APP, speed: SPEED, report: denials.report, map: government.map },
    // The demo moves the clock by weeks. What the schedules of the sync do is part of it; compaction of the lake is not.
    schedules: () => false,
    // The sync computes times of waits. Other functions verify tokens, which have this machine's time.
    functionsOnClock: ({ path }) => path?.includes('/Government/Sync/') ?? false,
  }).catch(async (error: unknown) => {
    await government.api.close();
    throw error;
  });
  government.follow(platform.sandbox.clock);
  const observer = createObserver(platform.sandbox);
  const client = createClient(AT_ONCE);
  try {
    // On AWS, the lake takes no processor of the service. It catches up after the lessons.
    const pipe = lakePipe(platform);
    await pipe.stop();
    await scaleService(platform.sandbox, platform.resource('AWS::ECS::Service', '/Grades/'), TASKS);
    const all = schools();
    view.step('warming up both paths: functions, connections and sessions of all schools');
    await sendVisits(platform, client, recess(SEED + 1).slice(0, WARM_UP_VISITS), { atOnce: AT_ONCE });
    await drained(platform, observer, 0, () => undefined);
    view.step('\nTeachers of 40 schools register grades, 30 per second.');
    const lessons = await startLessons(
      platform,
      all.map(({ id }) => id),
    );
    const { timeline } = lessons;
    let counter = createCounter(all, timeline.seconds);
    platform.sandbox.logs.onLine(({ message }) => {
      const line = batchLine(message);
      if (line) counter.batch(line);
    });
    view.step(
      `After ${QUIET_MS / 1_000} s, recess: 5,000 students open the app, ${VISITS_PER_SECOND} per second, since all share this machine's processors. 250 of them tap twice, and the queue also has 5 invalid messages.\n`,
    );
    const ticker = setInterval(() => view.draw(counter.tally()), 1000);
    const visits = { fromMs: 0, toMs: 0 };
    let recessAt = new Date();
    try {
      await new Promise((wake) => setTimeout(wake, QUIET_MS));
      visits.fromMs = timeline.now();
      recessAt = new Date();
      counter = createCounter(all, timeline.seconds);
      await sendInvalidMessages(platform, observer);
      await sendVisits(platform, client, taps(), {
        atOnce: AT_ONCE,
        perSecond: VISITS_PER_SECOND,
        accepted: ({ school }) => {
          counter.accepted(school);
          timeline.visit();
        },
      });
      visits.toMs = timeline.now();
      await drained(platform, observer, BROKEN, (_, dead) => counter.deadLetters(dead));
      await lessons.end();
    } finally {
      clearInterval(ticker);
      lessons.close();
    }
    view.draw(counter.tally());
    view.end();
    const grades = {
      before: timeline.part(0, visits.fromMs),
      during: timeline.part(visits.fromMs, visits.toMs),
      after: timeline.part(visits.toMs, Number.POSITIVE_INFINITY),
    };
    const items = (await observer.items(platform.tableName)).filter(({ sk }) => sk.S?.startsWith(`VISIT#recess-${SEED}-`)).length;
    const stored = pipe.drain();
    view.step(`\n${NOISY}, on the tier trial, sends without a pause while the other schools send as usual.`);
    await platform.operator.move(NOISY, 'trial');
    const noisy = await overload(platform, NOISY);
    view.step(`A session of ${INTRUDER} tries to read the visits of ${VICTIM}.`);
    // The report below contains DynamoDB's response, so the sandbox's own line would repeat it.
    const attempt = await denials.during(() => breakIn(platform, INTRUDER, VICTIM));
    await stored;
    const lake = await askLake(platform, {
      ...{ school: INTRUDER, schools: all.map(({ id }) => id), since: recessAt },
      items: () => observer.items(platform.tableName),
    });
    view.step('The quarter ends: the clock moves to the day on which its reports are sent. From here on, waits are skipped.');
    await drained(platform, observer, BROKEN, () => undefined);
    const quarter = await sendQuarter(platform, {
      ...{ api: government.api, schools: all.map(({ id }) => id), columns: (process.stdout.columns ?? PLAIN_COLUMNS) - INDENT },
      items: (table) => observer.items(table),
    });
    view.step(report(platform.sandbox, { recess: counter.tally(), visits, items, grades, noisy, attempt, lake, quarter, speed: SPEED }));
    if (brokenPromises(quarter).length > 0) process.exitCode = 1;
  } finally {
    client.close();
    observer.close();
    await platform.close();
    await government.api.close();
  }
}

/** Invalid messages that a producer could send directly to the queue: only they must become dead letters. */
async function sendInvalidMessages(platform: RunningPlatform, observer: Observer): Promise<void> {
  for (let count = 0; count < BROKEN; count++) {
    await observer.sqs.send(new SendMessageCommand({ QueueUrl: platform.queueUrl, MessageBody: 'not json', MessageGroupId: 'school-01' }));
  }
}

/** Every student taps once, some twice. */
function taps(): Visit[] {
  const visits = recess(SEED);
  const random = generator(SEED);
  return shuffled([...visits, ...shuffled(visits, random).slice(0, TAPPED_TWICE)], random);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
