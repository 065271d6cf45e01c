import { Duration } from 'aws-cdk-lib';
import { MathExpression, type MathExpressionOptions, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { highest, summed } from '../core/private/measured';
import { QUARANTINE_METRICS } from './lake-storage';
import type { IStreamingDataLake } from './streaming-data-lake-interface';

/** In such a period with writes, a pipe that runs reads at least one change. */
const STANDSTILL = Duration.hours(3);

/**
 * Operations of DynamoDB that can insert or modify items. Without DeleteItem, whose changes the pipe leaves out. Documented: "DynamoDB Metrics
 * and dimensions", Operation.
 */
const WRITING = {
  put: 'PutItem',
  update: 'UpdateItem',
  batch: 'BatchWriteItem',
  transaction: 'TransactWriteItems',
  statement: 'ExecuteStatement',
  statements: 'BatchExecuteStatement',
  statementTransaction: 'ExecuteTransaction',
};

/** Metrics of a data lake, with a period of one minute by default. */
export class StreamingDataLakeMetrics {
  /**
   * Metrics of a lake.
   *
   * @param lake a StreamingDataLake, or an imported one
   */
  public static fromStreamingDataLake(lake: IStreamingDataLake): StreamingDataLakeMetrics {
    return new StreamingDataLakeMetrics(lake);
  }

  private constructor(private readonly lake: IStreamingDataLake) {}

  /** Changes that the pipe processed; the sum. */
  public metricRead(options?: MetricOptions): Metric {
    return this.pipe('EventCount', summed(options));
  }

  /** Executions of the pipe that failed; the sum. A batch that is tried again counts again. */
  public metricPipeFailures(options?: MetricOptions): Metric {
    return this.pipe('ExecutionFailed', summed(options));
  }

  /**
   * 1 if items of the table were written and the pipe read none of the changes in the whole period, else 0. Pipes reports no age of the
   * oldest change. Deletions, removals by TTL, and puts and updates whose condition failed are no writes here: only successful requests
   * count.
   */
  public metricStandstill(options: MathExpressionOptions = {}): MathExpression {
    const { period = STANDSTILL } = options;
    const requests = Object.keys(WRITING).map((name) => `FILL(${name}, 0)`);
    return new MathExpression({
      // Statements also read: they count only if the table consumed write capacity.
      expression: `IF(FILL(written, 0) > 0 AND ${requests.join(' + ')} > 0 AND FILL(read, 0) == 0, 1, 0)`,
      usingMetrics: {
        written: this.metricWritten({ period }),
        ...Object.fromEntries(Object.entries(WRITING).map(([name, operation]) => [name, this.successful(operation, period)])),
        read: this.metricRead({ period }),
      },
      label: 'Written, but not read',
      period,
      ...options,
    });
  }

  /** Write capacity that the table consumed; the sum. Removals by TTL consume none; deletions and failed conditions do. */
  public metricWritten(options?: MetricOptions): Metric {
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'ConsumedWriteCapacityUnits',
      dimensionsMap: { TableName: this.lake.sourceTableName },
      ...summed(options),
    });
  }

  /** Messages that arrived in the dead-letter queue; the sum. They do not stay there: a pipe moves them to quarantine. */
  public metricDeadLetters(options?: MetricOptions): Metric {
    return this.lake.deadLetterQueue.metricNumberOfMessagesSent(summed(options));
  }

  /** Age of the oldest message in the dead-letter queue, in seconds; the maximum. */
  public metricOldestDeadLetterAge(options?: MetricOptions): Metric {
    return this.lake.deadLetterQueue.metricApproximateAgeOfOldestMessage(highest(options));
  }

  /** Records that could not be converted to Parquet; the sum. */
  public metricConversionFailures(options?: MetricOptions): Metric {
    return this.firehose('FailedConversion.Records', summed(options));
  }

  /** Records that were stored; the sum. */
  public metricDelivered(options?: MetricOptions): Metric {
    return this.firehose('DeliveryToS3.Records', summed(options));
  }

  /** Age of the oldest record in Firehose, in seconds; the maximum. */
  public metricFreshness(options?: MetricOptions): Metric {
    return this.firehose('DeliveryToS3.DataFreshness', highest(options));
  }

  /** Folders that Firehose collects records for at the same time; the maximum. */
  public metricActivePartitions(options?: MetricOptions): Metric {
    return this.firehose('PartitionCount', highest(options));
  }

  /** 1 if there were more active partitions than Firehose allows, so that records were put into quarantine; the maximum. */
  public metricActivePartitionsExceeded(options?: MetricOptions): Metric {
    return this.firehose('PartitionCountExceeded', highest(options));
  }

  /** Bytes that were put into quarantine, for any reason; the sum. */
  public metricQuarantined(options?: MetricOptions): Metric {
    return new Metric({
      namespace: 'AWS/S3',
      metricName: 'BytesUploaded',
      dimensionsMap: { BucketName: this.lake.bucket.bucketName, FilterId: QUARANTINE_METRICS },
      ...summed(options),
    });
  }

  /** Bytes per file that Firehose stores; the average. Files below 16 MiB make queries slow. */
  public metricFileSize(options?: MathExpressionOptions): MathExpression {
    const period = options?.period ?? Duration.days(1);
    return new MathExpression({
      expression: 'bytes / files',
      usingMetrics: {
        bytes: this.firehose('DeliveryToS3.Bytes', { period, statistic: Stats.SUM }),
        files: this.firehose('DeliveryToS3.ObjectCount', { period, statistic: Stats.SUM }),
      },
      label: 'Bytes per file',
      period,
      ...options,
    });
  }

  /** Successful requests of an operation; their number. Documented: "DynamoDB Metrics and dimensions", SuccessfulRequestLatency. */
  private successful(Operation: string, period: Duration): Metric {
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'SuccessfulRequestLatency',
      dimensionsMap: { TableName: this.lake.sourceTableName, Operation },
      statistic: Stats.SAMPLE_COUNT,
      period,
    });
  }

  private pipe(metricName: string, options: MetricOptions): Metric {
    return new Metric({ namespace: 'AWS/EventBridge/Pipes', metricName, dimensionsMap: { PipeName: this.lake.pipeName }, ...options });
  }

  private firehose(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { DeliveryStreamName: this.lake.deliveryStreamName };
    return new Metric({ namespace: 'AWS/Firehose', metricName, dimensionsMap, ...options });
  }
}
