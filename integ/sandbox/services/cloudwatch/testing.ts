import type { AlarmState, Assembly, Clock, Datum, Endpoint, JsonObject, TopicDelivery, Topics } from '../../contracts';
import { createClock } from '../../process/clock';
import type { ServiceModule } from '../../service-module';
import { type StartedServices, startServices } from '../../start-services';
import { assemble, NO_ENGINES } from '../../testing/endpoint';
import { logs } from '../logs';
import { cloudwatch } from '.';

export const MINUTE = 60_000;

export interface TestCloudWatch {
  readonly started: StartedServices;
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly endpoint: Endpoint;
  /** The start of the minute in which the clock was when it started. */
  readonly start: number;
  readonly reported: readonly string[];
  readonly published: readonly { readonly topicArn: string; readonly subject: string; readonly message: JsonObject }[];
  put(datum: Omit<Datum, 'at' | 'dimensions'> & { readonly dimensions?: Datum['dimensions']; readonly at?: number }): void;
  /** Advances the clock by minutes, and waits until they are evaluated. */
  pass(minutes: number): Promise<void>;
  /** Waits until the alarms were evaluated up to the time of the clock. */
  evaluated(): Promise<void>;
  state(alarm: string): AlarmState;
  /** `Name: OK>ALARM @2`, the minutes since the start. */
  changes(): string[];
  close(): Promise<void>;
}

/** Topics that take everything, or fail. */
function fakeTopics(published: { topicArn: string; subject: string; message: JsonObject }[], failure?: Error): ServiceModule {
  const topics: Topics = {
    async publishAs(_service, _sourceArn, topicArn, { subject = '', message }) {
      if (failure !== undefined) throw failure;
      published.push({ topicArn, subject, message: JSON.parse(message) as JsonObject });
    },
    deliveries: (): TopicDelivery[] => [],
    onDelivery: () => () => {},
  };
  return {
    types: [],
    start({ offer }) {
      offer('topics', topics);
      return {};
    },
  };
}

/** CloudWatch with the alarms of a stack, on a clock that only moves when a test moves it. */
export async function openCloudWatch(
  build: Parameters<typeof assemble>[0],
  { failure }: { readonly failure?: Error } = {},
): Promise<TestCloudWatch> {
  const published: { topicArn: string; subject: string; message: JsonObject }[] = [];
  const reported: string[] = [];
  const start = Date.UTC(2026, 10, 30, 8);
  // Slow enough to stand still.
  const clock = createClock(1e-6, start);
  const assembly = assemble(build);
  const started = await startServices([logs, cloudwatch, fakeTopics(published, failure)], {
    ...{ assembly, engines: NO_ENGINES, clock },
    report: (line) => reported.push(line),
  });
  await started.ready();
  const [metrics, alarms] = [started.use('metrics'), started.use('alarms')];
  return {
    ...{ started, assembly, clock, endpoint: started.endpoint, start, reported, published, close: started.close },
    put: (datum) => metrics.put({ dimensions: {}, at: clock.now(), ...datum }),
    async pass(minutes) {
      clock.advance(minutes * MINUTE);
      // What waits for the clock continues in promises, and long times are evaluated in several turns.
      for (let turn = 0; turn < 10 + minutes / 100; turn += 1) await new Promise(setImmediate);
    },
    async evaluated() {
      const minute = Math.floor(clock.now() / MINUTE) * MINUTE;
      while (alarms.evaluatedTo() < minute) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    state: (alarm) => alarms.state(alarm),
    changes: () => alarms.history().map(({ alarm, from, to, at }) => `${alarm}: ${from}>${to} @${(at - start) / MINUTE}`),
  };
}
