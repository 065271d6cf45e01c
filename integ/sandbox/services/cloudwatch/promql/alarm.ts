import { propertiesOf } from '../../../assembly/properties';
import type { Assembly, JsonObject, Resource } from '../../../contracts';
import { type AlarmSettings, settingsOf } from '../alarm-settings';
import { MINUTE_MS } from '../store';

/** An alarm of the template on a PromQL query. Each time series that the query returns is a contributor, which breaches. */
export interface PromqlAlarm extends AlarmSettings {
  readonly kind: 'promql';
  readonly query: string;
  /** How long a contributor breaches until it is in alarm. */
  readonly pendingMs: number;
  /** How long a contributor does not breach until it has recovered. */
  readonly recoveryMs: number;
  readonly intervalMs: number;
}

/** Documented: "AlarmPromQLCriteria" and "PutMetricAlarm" (Amazon CloudWatch API Reference). */
const LONGEST_QUERY = 10_000;
const LONGEST_SECONDS = 86_400;
const MOST_INTERVAL_SECONDS = 3_600;

const OF_METRICS = ['ComparisonOperator', 'EvaluationPeriods', 'MetricName', 'Metrics', 'Namespace', 'Threshold', 'TreatMissingData'];

/** @throws if AWS would reject it or the sandbox does not support it */
export function readPromqlAlarm(assembly: Assembly, resource: Resource): PromqlAlarm {
  const alarm = propertiesOf(assembly, resource);
  const other = OF_METRICS.find((name) => alarm.has(name));
  if (other !== undefined) throw alarm.invalid(other, 'and EvaluationCriteria exclude each other');
  const criteria = alarm.object('EvaluationCriteria')?.object('PromQLCriteria');
  if (criteria === undefined) throw alarm.invalid('EvaluationCriteria', 'must have PromQLCriteria: others are not supported');
  const query = criteria.required('Query');
  if (query.length > LONGEST_QUERY) throw criteria.invalid('Query', `must have at most ${LONGEST_QUERY} characters`);
  const duration = (name: string): number => {
    const seconds = criteria.number(name) ?? 0;
    if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_SECONDS) return seconds * 1000;
    throw criteria.invalid(name, `must be from 0 to ${LONGEST_SECONDS} seconds`);
  };
  const interval = (alarm.number('EvaluationInterval') ?? 0) * 1000;
  if (interval < MINUTE_MS || interval > MOST_INTERVAL_SECONDS * 1000 || interval % MINUTE_MS !== 0)
    throw alarm.invalid('EvaluationInterval', 'must be whole minutes, from 60 to 3600 seconds: the sandbox evaluates alarms each minute');
  return {
    ...{ ...settingsOf(assembly, resource, alarm), kind: 'promql', query, intervalMs: interval },
    ...{ pendingMs: duration('PendingPeriod'), recoveryMs: duration('RecoveryPeriod') },
  };
}

/** What is evaluated, as descriptions and messages have it. */
export function evaluationOf({ query, intervalMs, pendingMs, recoveryMs }: PromqlAlarm): JsonObject {
  return {
    EvaluationCriteria: { PromQLCriteria: { Query: query, PendingPeriod: pendingMs / 1000, RecoveryPeriod: recoveryMs / 1000 } },
    EvaluationInterval: intervalMs / 1000,
  };
}
