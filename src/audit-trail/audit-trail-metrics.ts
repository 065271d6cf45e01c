import { Duration } from 'aws-cdk-lib';
import { MathExpression, type MathExpressionOptions, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { summed } from '../core/private/measured';
import type { IAuditTrail } from './audit-trail-interface';
import { DELIVERY_METRICS } from './trail-buckets';

/** How long nothing may be delivered. CloudTrail delivers a digest each hour, also when nothing was called. */
export const SILENCE = Duration.hours(3);

/** Metrics of a trail, with a period of one minute by default. CloudTrail itself has none of a trail: these are requests to its bucket. */
export class AuditTrailMetrics {
  /**
   * Metrics of a trail.
   *
   * @param trail an AuditTrail, or an imported one
   */
  public static fromAuditTrail(trail: IAuditTrail): AuditTrailMetrics {
    return new AuditTrailMetrics(trail);
  }

  private constructor(private readonly trail: IAuditTrail) {}

  /** Files that CloudTrail delivered: of events, and digests; the sum. */
  public metricDelivered(options?: MetricOptions): Metric {
    return this.requests('PutRequests', summed(options));
  }

  /** Bytes that CloudTrail delivered; the sum. */
  public metricDeliveredBytes(options?: MetricOptions): Metric {
    return this.requests('BytesUploaded', summed(options));
  }

  /** Requests for files of the trail that S3 rejected; the sum. */
  public metricRejected(options?: MetricOptions): Metric {
    return this.requests('4xxErrors', summed(options));
  }

  /** 1 if no file was delivered in the whole period, else 0. */
  public metricSilence(options: MathExpressionOptions = {}): MathExpression {
    const { period = SILENCE } = options;
    return new MathExpression({
      expression: 'IF(FILL(delivered, 0) == 0, 1, 0)',
      usingMetrics: { delivered: this.metricDelivered({ period }) },
      label: 'Nothing delivered',
      period,
      ...options,
    });
  }

  private requests(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { BucketName: this.trail.bucket.bucketName, FilterId: DELIVERY_METRICS };
    return new Metric({ namespace: 'AWS/S3', metricName, dimensionsMap, ...options });
  }
}
