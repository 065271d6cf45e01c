import { Aws } from 'aws-cdk-lib';
import { ConcreteWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** Seconds between two values of a line. */
const STEP = 60;

/** What a graph of a query shows, and how large it is in a grid of 24 columns. */
export interface PromqlGraphOptions {
  readonly title: string;
  /** In PromQL. Each series is a line. */
  readonly query: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Lines over time of a query in PromQL. The CDK has no widget of this type.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export class PromqlGraph extends ConcreteWidget {
  constructor(private readonly options: PromqlGraphOptions) {
    super(options.width, options.height);
  }

  public toJson(): object[] {
    const { title, query } = this.options;
    const properties = {
      ...{ title, view: 'line', region: Aws.REGION },
      data: { queries: [{ id: 'q1', type: 'cloudwatch-metrics', language: 'PromQL', query, step: STEP }] },
      plotOptions: { legend: { position: 'bottom', show: true }, xAxis: { type: 'datetime' }, yAxis: [{ type: 'linear' }] },
    };
    return [{ type: 'chart', width: this.width, height: this.height, x: this.x, y: this.y, properties }];
  }
}
