import { readEach } from '../../assembly/properties';
import type { AlarmState, Topics } from '../../contracts';
import { promqlEngine } from '../../engines';
import type { SandboxContext, ServiceModule } from '../../service-module';
import { ALARM, readAlarm } from './alarm';
import { COMPOSITE, readComposite } from './composite';
import { readDashboard } from './dashboard';
import { embeddedMetrics } from './embedded';
import { INSIGHT_RULE, type InsightRule, readInsightRule } from './insight-rules/rule';
import { noticeOf, type Place, type Transition } from './notice';
import { alarmQueries } from './promql/queries';
import { cloudWatchTypes, DASHBOARD } from './resource-types';
import { type RunningAlarms, runAlarms } from './running-alarms';
import { cloudWatchService } from './service';
import { createMetricStore, type MetricStore, MINUTE_MS } from './store';
import { problemsOf } from './validate';

/** CloudWatch: the metrics of everything that runs, alarms on the clock of the sandbox, and dashboards. */
export const cloudwatch: ServiceModule = {
  types: cloudWatchTypes,
  late: [ALARM, COMPOSITE, DASHBOARD, INSIGHT_RULE],
  invalid: problemsOf,
  start(context) {
    const { assembly, clock, endpoint, offer, report } = context;
    const createdAt = clock.now();
    const store = createMetricStore(clock, report);
    const logs = context.use('logs');
    logs.onLine((line) => {
      for (const datum of embeddedMetrics(line, clock)) store.put(datum);
    });
    const engine = promqlEngine(report);
    const data = { store, queries: alarmQueries(engine, report) };
    const act = acting(context, { account: assembly.account, region: assembly.region, createdAt });
    let alarms = runAlarms([], data, createdAt, act.take);
    let dashboards: ReadonlyMap<string, string> = new Map();
    let rules: readonly InsightRule[] = [];
    const dependencies = {
      ...{ assembly, clock, store, engine, createdAt, logs },
      ...{ alarms: () => alarms, dashboards: () => dashboards, rules: () => rules },
    };
    endpoint.register(cloudWatchService(dependencies));
    offer('metrics', store);
    offer('alarms', {
      history: () => alarms.history(),
      state: (name) => stateOf(alarms, name),
      evaluatedTo: () => evaluatedTo,
      onChange: (listener) => alarms.onChange(listener),
    });
    const stopping = new AbortController();
    let evaluatedTo = createdAt;
    const evaluated = async (to: number) => {
      await act.done();
      evaluatedTo = to;
    };
    let running: Promise<void> | undefined;
    return {
      async ready() {
        const definitions = [...readEach(assembly, ALARM, readAlarm), ...readEach(assembly, COMPOSITE, readComposite)];
        alarms = runAlarms(definitions, data, createdAt, act.take);
        dashboards = new Map(readEach(assembly, DASHBOARD, readDashboard).map(({ name, body }) => [name, body]));
        for (const line of neverFilled(alarms, store)) report(line);
        rules = readEach(assembly, INSIGHT_RULE, readInsightRule);
        running = evaluateEachMinute(context, { store, alarms, evaluated }, stopping.signal);
      },
      async close() {
        stopping.abort(new Error('the sandbox is closed'));
        await running;
        await act.done();
        await engine.close();
      },
    };
  },
};

interface Evaluation {
  readonly store: MetricStore;
  readonly alarms: RunningAlarms;
  /** Called after each evaluation. */
  evaluated(to: number): Promise<void>;
}

/** Reads gauges and evaluates alarms at the end of each minute. A clock that is advanced past several minutes has them evaluated in order. */
async function evaluateEachMinute(
  { clock, report }: Pick<SandboxContext, 'clock' | 'report'>,
  { store, alarms, evaluated }: Evaluation,
  signal: AbortSignal,
): Promise<void> {
  let last = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
  while (!signal.aborted) {
    await clock.watch(last + MINUTE_MS - clock.now(), signal).catch(() => undefined);
    const now = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
    if (signal.aborted || now === last) continue;
    try {
      await store.sample(last, now);
      await alarms.evaluate(last, now);
    } catch (error) {
      report(`alarms could not be evaluated: ${(error as Error).message}`);
    }
    last = now;
    await evaluated(now);
  }
}

/** Publishes to topics, one message after another. */
function acting(context: SandboxContext, place: Place) {
  let last: Promise<void> = Promise.resolve();
  const publish = async (transition: Transition, topicArn: string): Promise<void> => {
    try {
      const topics: Topics = context.use('topics');
      await topics.publishAs('cloudwatch.amazonaws.com', transition.alarm.arn, topicArn, noticeOf(transition, place));
    } catch (error) {
      context.report(`${transition.alarm.resource.id}: the action ${topicArn} failed: ${(error as Error).message}`);
    }
  };
  return {
    take(transition: Transition, actions: readonly string[]): void {
      for (const topicArn of actions) last = last.then(() => publish(transition, topicArn));
    },
    done: () => last,
  };
}

/** Alarms on metrics that nothing here fills would look fine without ever being evaluated. */
function neverFilled(alarms: RunningAlarms, store: MetricStore): string[] {
  return alarms.all.flatMap(({ alarm }) => {
    if (alarm.kind !== 'metric') return [];
    const unknown = alarm.queries.metrics.filter(({ metric }) => store.filled(metric) === 'never filled');
    return unknown.map(({ metric: { namespace, name, dimensions } }) => {
      const names = Object.keys(dimensions).sort().join(', ');
      return `${alarm.resource.id} is not evaluated: the sandbox has no metric ${namespace} ${name} with ${names === '' ? 'no dimensions' : names}`;
    });
  });
}

function stateOf(alarms: RunningAlarms, name: string): AlarmState {
  const found = alarms.find(name);
  if (found === undefined) throw new Error(`There is no alarm ${name}`);
  return found.state;
}
