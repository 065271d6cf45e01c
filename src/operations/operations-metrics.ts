import { MathExpression, type MathExpressionOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { PERIOD, summed } from '../core/private/measured';
import type { IOperations } from './operations-interface';

/** Metrics of the messages themselves: sums of all topics of an Operations. */
export class OperationsMetrics {
  /**
   * Metrics of an Operations.
   *
   * @param operations an Operations
   */
  public static fromOperations(operations: IOperations): OperationsMetrics {
    return new OperationsMetrics(operations.topics);
  }

  private constructor(private readonly topics: readonly ITopic[]) {}

  /** Messages that somebody got, by all ways. */
  public metricDelivered(options?: MathExpressionOptions): MathExpression {
    return this.sum('NumberOfNotificationsDelivered', 'Delivered', options);
  }

  /** Messages that were given up, because an endpoint did not accept them or nobody confirmed it. */
  public metricFailed(options?: MathExpressionOptions): MathExpression {
    return this.sum('NumberOfNotificationsFailed', 'Failed', options);
  }

  private sum(metricName: string, label: string, options: MathExpressionOptions = {}): MathExpression {
    const { period = PERIOD } = options;
    const usingMetrics = Object.fromEntries(
      this.topics.map((topic, position) => [`${label.toLowerCase()}${position}`, topic.metric(metricName, summed({ period }))]),
    );
    const ids = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
    return new MathExpression({ expression: ids.join(' + '), usingMetrics, label, period, ...options });
  }
}
