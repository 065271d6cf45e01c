import type { AlarmFault } from './fault';
import { areSlow, LATENCIES } from './latency';
import { PREFIX } from './names';
import type { WatchedPlatform } from './watched-platform';

/** What became of a fault. */
export interface FaultResult {
  readonly what: string;
  /** From the beginning of the fault to the message, in seconds by the clock, for each alarm that sent one. */
  readonly secondsToMessage: Readonly<Record<string, number>>;
  /** Alarms that should have sent a message. */
  readonly missed: readonly string[];
  /** Alarms that sent one, and that have nothing to do with the fault. */
  readonly wrong: readonly string[];
  /** Whether requests were slow here, so that the alarm of latency is right to go off. */
  readonly isSlow: boolean;
  /** Alarms that sent no OK in time after the end. */
  readonly stayed: readonly string[];
}

/** What goes on while a fault lasts. */
export interface FaultCircumstances {
  /** Sends the requests of a minute. */
  requests(): Promise<unknown>;
  /** Alarms that go off for something else, for which nobody waits. @default [] */
  readonly others?: readonly string[];
}

const RECOVERS_WITHIN_MINUTES = 30;

/** Lets a fault begin, waits for its messages, ends it, and waits for those that say so. */
export async function runFault(
  platform: WatchedPlatform,
  fault: AlarmFault,
  { requests, others = [] }: FaultCircumstances,
): Promise<FaultResult> {
  const { messages, sandbox } = platform;
  const { rings, mayRing = {}, withinMinutes, recoversWithinMinutes = RECOVERS_WITHIN_MINUTES } = fault;
  const { stepMinutes = 1, inMachineTime = false, usualRequests = true } = fault;
  const isOn = (alarm: string) => sandbox.alarms.state(PREFIX + alarm) === 'ALARM';
  const step = async () => {
    if (usualRequests) await requests();
    await platform.pass(stepMinutes, inMachineTime);
  };
  // An alarm that has gone off before, such as that of latency on a busy machine, sends no other message.
  for (let waited = 0; waited < RECOVERS_WITHIN_MINUTES && rings.some(isOn); waited += stepMinutes) await step();

  const [from, began] = [messages.all.length, performance.now()];
  const beganAt = sandbox.clock.now();
  const minutes = () => (sandbox.clock.now() - beganAt) / 60_000;
  const since = () => messages.all.slice(from).map((message) => ({ ...message, alarm: message.alarm.slice(PREFIX.length) }));
  const rang = () => new Set(since().flatMap(({ state, alarm }) => (state === 'ALARM' ? [alarm] : [])));
  /** Whose last message says that they are in alarm. */
  const inAlarm = () => {
    const last = new Map(since().flatMap(({ alarm, state }) => (others.includes(alarm) ? [] : [[alarm, state] as const])));
    return [...last].flatMap(([alarm, state]) => (state === 'ALARM' ? [alarm] : []));
  };

  const running = await fault.begin(platform);
  // A fault for which none goes off lasts all of its minutes.
  const isWaiting = () => rings.length === 0 || !rings.every((alarm) => rang().has(alarm));
  while (minutes() < withinMinutes && isWaiting()) {
    await running.everyMinute?.();
    await step();
  }
  await running.end();
  const endedAt = minutes();
  while (minutes() - endedAt < recoversWithinMinutes && inAlarm().length > 0) await step();

  const isSlow = areSlow(platform.requests, began);
  // The alarms are right where this machine is too busy, as the times of the requests show.
  const expected = new Set([...rings, ...Object.keys(mayRing), ...others, ...(isSlow ? LATENCIES : [])]);
  const seconds = since()
    .filter(({ state }) => state === 'ALARM')
    .reverse()
    .map(({ alarm, arrivedAt }) => [alarm, Math.round((arrivedAt - beganAt) / 1000)] as const);
  return {
    what: fault.what,
    secondsToMessage: Object.fromEntries(seconds),
    missed: rings.filter((alarm) => !rang().has(alarm)),
    wrong: [...rang()].filter((alarm) => !expected.has(alarm)),
    stayed: inAlarm(),
    isSlow: isSlow && LATENCIES.some((one) => !rings.includes(one) && !(one in mayRing) && rang().has(one)),
  };
}
