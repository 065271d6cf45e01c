import { Duration, Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { DURATION, NUMBER, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { SettledTenantLatency } from './settled-tenant-latency';

/** When a tenant is served too slowly. */
export interface TenantLatencyOptions {
  /** The attribute that holds the tenant: `school`. */
  readonly attribute: string;
  /** What a percentile must not exceed. */
  readonly threshold: Duration;
  /**
   * The percentile, above 0 and below 100.
   *
   * @default 95
   */
  readonly percentile?: number;
  /**
   * A tenant with fewer requests in the period is not evaluated: a percentile of a few requests is the slowest one.
   *
   * @default 20
   */
  readonly minimumRequests?: number;
  /**
   * How far back requests count, 1 minute to 1 day.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;
  /**
   * How long a tenant is served too slowly until the alarm goes off, and again fast enough until it returns to OK.
   *
   * @default Duration.minutes(2)
   */
  readonly pendingPeriod?: Duration;
  /**
   * Name of the alarm.
   *
   * @default - as the other alarms of Operations
   */
  readonly alarmName?: string;
}

/**
 * A latency that is watched for each tenant by one alarm. The code measures it as a histogram of OpenTelemetry in seconds, with delta
 * temporality and the tenant as an attribute, and sends it to CloudWatch by OTLP. CloudWatch bills that by volume, and not each tenant as a
 * metric of its own.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-promql.html
 */
export class TenantLatency {
  /**
   * The latency of a histogram.
   *
   * @param metricName name of the histogram: `GradeProcessingLatency`
   * @throws when a name has characters that a query cannot hold, or a number is out of range
   */
  public static histogram(metricName: string, options: TenantLatencyOptions): TenantLatency {
    checkProps(WHERE, options, OPTIONS);
    const { attribute, threshold, percentile = 95, minimumRequests = 20, alarmName } = options;
    const { period = Duration.minutes(5), pendingPeriod = Duration.minutes(2) } = options;
    if (!isName(metricName, /^[A-Za-z_][A-Za-z0-9_./-]{0,254}$/)) invalid(WHERE, 'metricName', metricName, NAME);
    if (!isName(attribute, /^[A-Za-z_][A-Za-z0-9_]{0,254}$/)) invalid(WHERE, 'attribute', attribute, ATTRIBUTE);
    if (!isWithin(percentile, 0, 100) || percentile === 0 || percentile === 100)
      invalid(WHERE, 'percentile', percentile, 'a number above 0 and below 100');
    if (!Number.isInteger(minimumRequests) || minimumRequests < 1) invalid(WHERE, 'minimumRequests', minimumRequests, 'an integer from 1');
    if (!isWithin(period.toSeconds(), 60, 86_400)) invalid(WHERE, 'period', period, 'from 1 minute to 1 day');
    if (!isWithin(pendingPeriod.toSeconds(), 0, 86_400)) invalid(WHERE, 'pendingPeriod', pendingPeriod, 'at most 1 day');
    const histogram = `sum by (${attribute}) (sum_over_time({"${metricName}"}[${period.toSeconds()}s]))`;
    const quantile = `histogram_quantile(${percentile / 100}, ${histogram})`;
    const query = `${quantile} > ${threshold.toMilliseconds() / 1000} and histogram_count(${histogram}) >= ${minimumRequests}`;
    const reason = `The ${percentile}th percentile of ${metricName} is above ${threshold.toMilliseconds()} ms for at least one ${attribute} with ${minimumRequests} requests or more in ${period.toHumanString()}.`;
    const graph = {
      title: `${metricName}: p${percentile} in ms by ${attribute}, the ${SLOWEST} slowest`,
      query: `topk(${SLOWEST}, 1000 * ${quantile})`,
    };
    return new TenantLatency({ metricName, query, reason, graph, pendingPeriod, alarmName });
  }

  private constructor(
    /** @internal */
    public readonly _settled: SettledTenantLatency,
  ) {}
}

const WHERE = 'TenantLatency.histogram';
/** Tenants in the graph. More lines could not be told apart. */
const SLOWEST = 10;
const NAME = 'letters, digits, dots, slashes, hyphens and underscores';
const ATTRIBUTE = 'letters, digits and underscores';
const OPTIONS: PropKinds<TenantLatencyOptions> = {
  attribute: required(STRING),
  threshold: required(DURATION),
  percentile: NUMBER,
  minimumRequests: NUMBER,
  period: DURATION,
  pendingPeriod: DURATION,
  alarmName: STRING,
};

/** A query is text: a name that could end it is not one. */
const isName = (text: string, pattern: RegExp): boolean => !Token.isUnresolved(text) && pattern.test(text);
const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most;
