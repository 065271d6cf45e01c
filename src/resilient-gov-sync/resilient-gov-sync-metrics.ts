import { Duration } from 'aws-cdk-lib';
import {
  CustomWidget,
  type IWidget,
  MathExpression,
  type Metric,
  type MetricOptions,
  SingleValueWidget,
  type SingleValueWidgetProps,
  Unit,
} from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { IResilientGovSync } from './resilient-gov-sync-interface';

/** Options of the widget of a sync. */
export interface SyncWidgetOptions {
  /**
   * The title of the widget.
   *
   * @default - the path of the sync
   */
  readonly title?: string;

  /**
   * Columns of the dashboard, 1 to 24.
   *
   * @default 24
   */
  readonly width?: number;

  /**
   * Rows of the dashboard, 1 to 1,000.
   *
   * @default - 3 for the numbers, 15 for the page, which can be scrolled
   */
  readonly height?: number;
}

/**
 * Metrics of a ResilientGovSync, with a period of one minute by default. Most are logged every 6 hours, by the function that starts
 * attempts.
 */
export class ResilientGovSyncMetrics {
  /**
   * Metrics of a sync.
   *
   * @param sync a ResilientGovSync, or an imported one
   */
  public static fromResilientGovSync(sync: IResilientGovSync): ResilientGovSyncMetrics {
    return new ResilientGovSyncMetrics(sync);
  }

  private constructor(private readonly sync: IResilientGovSync) {}

  /** Periods that were started and are not complete; the maximum. */
  public metricOpenPeriods(options?: MetricOptions): Metric {
    return this.logged(MetricName.OPEN_PERIODS, options);
  }

  /** Failed attempts in a row of an open period, 0 without one; the maximum. */
  public metricConsecutiveFailures(options?: MetricOptions): Metric {
    return this.logged(MetricName.CONSECUTIVE_FAILURES, options);
  }

  /** Reports that are still to be sent although their period is due, those that were put aside excepted; the maximum. */
  public metricOverdueReports(options?: MetricOptions): Metric {
    return this.logged(MetricName.OVERDUE_REPORTS, options);
  }

  /** Reports that were rejected, or whose outcome is unknown, and that wait for a person; the maximum. */
  public metricReportsPutAside(options?: MetricOptions): Metric {
    return this.logged(MetricName.REPORTS_PUT_ASIDE, options);
  }

  /** For how long the circuit breaker has been open, in milliseconds, 0 without an open period; the maximum. */
  public metricBreakerOpen(options?: MetricOptions): Metric {
    return this.logged(MetricName.BREAKER_OPEN, { unit: Unit.MILLISECONDS, ...options });
  }

  /** 1 for each run of the schedule of every 6 hours; the maximum. */
  public metricHeartbeat(options?: MetricOptions): Metric {
    return this.logged(MetricName.HEARTBEAT, options);
  }

  /** Attempts that ended with an error, a timeout excepted; the sum. */
  public metricFailedAttempts(options?: MetricOptions): Metric {
    return this.sync.stateMachine.metricFailed(summed(options));
  }

  /** Messages in the queue of invocations of the schedules that failed; the maximum. */
  public metricScheduleDeadLetters(options?: MetricOptions): Metric {
    return this.sync.deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /**
   * A widget with the state of the sync in numbers, for a dashboard: open periods, failed attempts, reports that are overdue or were put
   * aside, and how long the API has been unreachable.
   */
  public widget(options: SyncWidgetOptions = {}): IWidget {
    const period = Duration.hours(6);
    const breaker = new MathExpression({
      ...{ expression: 'breaker / 3600000', usingMetrics: { breaker: this.metricBreakerOpen({ period }) }, period },
      label: 'Hours without the API',
    });
    const props: SingleValueWidgetProps = {
      ...{ title: options.title ?? this.sync.node.path, width: options.width ?? 24, height: options.height ?? 3, sparkline: true },
      metrics: [
        this.metricOpenPeriods({ period, label: 'Open periods' }),
        this.metricConsecutiveFailures({ period, label: 'Failed attempts in a row' }),
        this.metricOverdueReports({ period, label: 'Reports overdue' }),
        this.metricReportsPutAside({ period, label: 'Reports put aside' }),
        breaker,
      ],
    };
    return new SingleValueWidget(props);
  }

  /**
   * A widget with the status of each period and school, which `statusFunction` writes. Who looks at the dashboard needs
   * `grants.readStatus(role)`, and allows the widget to run once.
   */
  public statusWidget(options: SyncWidgetOptions = {}): IWidget {
    return new CustomWidget({
      ...{ title: options.title ?? `${this.sync.node.path}: status`, width: options.width ?? 24, height: options.height ?? 15 },
      ...{ functionArn: this.sync.statusFunction.functionArn, updateOnResize: false, updateOnTimeRangeChange: false },
    });
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.sync.startFunction, { namespace: METRIC_NAMESPACE, metricName }, highest(options));
  }
}
