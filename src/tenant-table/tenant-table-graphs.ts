import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { DashboardGraph } from '../core';
import { summed } from '../core/private/measured';
import type { TenantIndex } from './tenant-index';

/** What the table and each of its indexes consume, and what DynamoDB rejects. */
export function graphsOf({ tableName: TableName }: ITable, indexes: readonly TenantIndex[]): DashboardGraph[] {
  const metric = (metricName: string, label: string, dimensions: Record<string, string> = {}) =>
    new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName, ...dimensions }, ...summed({ label }) });
  const consumed = (metricName: string) => [
    metric(metricName, 'Table'),
    ...indexes.map(({ name }) => metric(metricName, `Index ${name}`, { GlobalSecondaryIndexName: name })),
  ];
  return [
    { title: 'Consumed write capacity', left: consumed('ConsumedWriteCapacityUnits'), inOverview: true, unit: 'units a minute' },
    { title: 'Consumed read capacity', left: consumed('ConsumedReadCapacityUnits'), unit: 'units a minute' },
    {
      title: 'Throttled requests',
      left: [metric('WriteThrottleEvents', 'Writes'), metric('ReadThrottleEvents', 'Reads')],
    },
  ];
}
