import type { MetricsFormat } from './settled-collector';

/** How a collector sends the metrics of the code to CloudWatch, which decides what they cost and what reads them. */
export class CollectorMetrics {
  /**
   * As log lines in the embedded metric format. Each combination of attributes is a metric of its own on the bill, so that an attribute with
   * the tenant makes one for each tenant. Alarms and graphs of CloudWatch read them by namespace and dimensions.
   */
  public static embeddedMetricFormat(): CollectorMetrics {
    return new CollectorMetrics('emf');
  }

  /**
   * To CloudWatch's endpoint for OTLP, which bills the volume, however many tenants an attribute has. Queries and alarms in PromQL read them,
   * such as `Operations.tenantLatency`. The code sends delta temporality, as the environment variables `OTEL_…` say.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-otel-send.html
   */
  public static otlp(): CollectorMetrics {
    return new CollectorMetrics('otlp');
  }

  private constructor(
    /** @internal */
    public readonly _format: MetricsFormat,
  ) {}
}
