import { setTimeout as pause } from 'node:timers/promises';
import { type AlarmMessages, listenForAlarms } from '../../../kit/alarm-messages';
import { createObserver, type Observer } from '../../../kit/observer';
import type { Json, Sandbox } from '../../../sandbox';
import { type RunningPlatform, startPlatform } from '../platform';
import { type AwsClients, awsClients } from './clients';
import { type GovernmentFront, startGovernmentFront } from './government-front';
import type { TimedRequest } from './latency';
import { GOVERNMENT, OPERATORS } from './names';
import { type Quiet, quietOf } from './quiet';
import { type UsualRequests, usualRequests } from './usual-requests';
import { addWeaknesses } from './weaknesses';

/** The example on this machine, with subscribers of its alarms and a government API that can be switched. */
export interface WatchedPlatform {
  readonly platform: RunningPlatform;
  readonly sandbox: Sandbox;
  readonly schools: readonly string[];
  readonly messages: AlarmMessages;
  readonly government: GovernmentFront;
  readonly observer: Observer;
  readonly aws: AwsClients;
  readonly usual: UsualRequests;
  readonly quiet: Quiet;
  /** The requests to the grades service, the oldest first. */
  readonly requests: TimedRequest[];
  /** Invokes the function of a construct, as an operator does. @throws if it fails and `mayFail` is not set */
  invoke(path: string, event: Json, mayFail?: boolean): Promise<Json>;
  /** The ARN of the function at a path, and that of its role. */
  functionAt(path: string): { readonly arn: string; readonly roleArn: string };
  /**
   * Lets minutes of the clock pass, and waits until their alarms are evaluated and their messages are here.
   *
   * @param naturally whether the clock is not moved, because something counts this machine's time
   */
  pass(minutes: number, naturally?: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface WatchedOptions {
  readonly report: (line: string) => void;
  /** Changes the cloud assembly before it starts. */
  change?(folder: string): void | Promise<void>;
  readonly schools?: readonly string[];
}

/** A minute is five seconds of this machine, where the clock is not moved: queues count these. */
const SPEED = 12;
const MINUTE_MS = 60_000;
/** At most so much at once: what Firehose delivers after its interval would otherwise be older than it ever is. */
const LONGEST_MINUTES = 10;
/** Of the writer of visits, and a little more. */
const BATCHING_WINDOW_MS = 6_000;
/** The windows of the queue and of the retry queue; after them, the writer only needs time of this machine. */
const ADVANCED_ROUNDS = 2;
const ROUND_MS = 100;
/** After so many in which nothing was written, what is in the queues stays there for a reason. */
const IDLE_ROUNDS = 60;
const SCHOOLS = ['school-01', 'school-02', 'school-03'];
/** What computes times of days and months follows the clock. What verifies tokens does not: user pools have this machine's time. */
const ON_CLOCK = ['/Government/', '/Lake/', '/Removal/'];
const APP = 'integ/systems/school-platform/alarms/app.ts';

export async function startWatched({ report, change, schools = SCHOOLS }: WatchedOptions): Promise<WatchedPlatform> {
  const messages = await listenForAlarms();
  const government = await startGovernmentFront();
  const closeBoth = async () => {
    await government.close();
    await messages.close();
  };
  const platform = await startPlatform({
    ...{ app: APP, speed: SPEED, schools, report },
    map: { [OPERATORS]: messages.origin, [GOVERNMENT]: government.origin },
    functionsOnClock: ({ path }) => ON_CLOCK.some((part) => path?.includes(part)),
    async change(folder) {
      addWeaknesses(folder);
      await change?.(folder);
    },
  }).catch(async (error: Error) => {
    await closeBoth();
    throw error;
  });
  const { sandbox } = platform;
  const { clock, alarms, assembly, functions } = sandbox;
  const requests: TimedRequest[] = [];
  messages.follow(clock);
  government.follow(clock);
  const [observer, aws, quiet] = [createObserver(sandbox), awsClients(sandbox), quietOf(sandbox)];

  function functionAt(path: string) {
    const resource = platform.resource('AWS::Lambda::Function', path);
    return { arn: assembly.attribute(resource, 'Arn'), roleArn: String(assembly.properties(resource).Role) };
  }

  async function evaluated(at: number, naturally: boolean): Promise<void> {
    while (alarms.evaluatedTo() < at) await pause(5);
    await quiet.wait(naturally);
  }

  /** What was just sent would otherwise be minutes old when it is written. */
  async function written(): Promise<void> {
    let [least, idle] = [Number.POSITIVE_INFINITY, 0];
    for (let round = 0; idle < IDLE_ROUNDS; round++) {
      const left = (await observer.depth(platform.queueUrl)) + (await observer.depth(platform.retryQueueUrl));
      if (left === 0) return;
      idle = left < least ? 0 : idle + 1;
      least = Math.min(least, left);
      if (round < ADVANCED_ROUNDS) clock.advance(BATCHING_WINDOW_MS);
      else await pause(ROUND_MS);
      await quiet.wait();
    }
  }

  async function moveTo(to: number, naturally: boolean): Promise<void> {
    await quiet.wait(naturally);
    if (!naturally) await written();
    if (naturally) await clock.watch(to - clock.now());
    else clock.advance(Math.max(0, to - clock.now()));
    await evaluated(to, naturally);
  }

  return {
    ...{ platform, sandbox, schools, messages, government, observer, aws, quiet, functionAt },
    ...{ usual: usualRequests(platform, schools, requests, report), requests },
    async invoke(path, event, mayFail = false) {
      const { payload, functionError } = await functions.invoke(functionAt(path).arn, event);
      if (functionError !== undefined && !mayFail) throw new Error(`${path} failed: ${JSON.stringify(payload)}`);
      return payload;
    },
    async pass(minutes, naturally = false) {
      const from = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
      for (let passed = 0; passed < minutes; ) {
        passed = Math.min(minutes, passed + LONGEST_MINUTES);
        await moveTo(from + passed * MINUTE_MS, naturally);
      }
    },
    async close() {
      quiet.close();
      observer.close();
      aws.close();
      await platform.close();
      await closeBoth();
    },
  };
}
