import { LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/**
 * The schools whose requests take longest, as a table: the school is in the lines of requests. CloudWatch has graphs of queries in PromQL
 * as well, for which the CDK has no widget.
 */
export function slowestSchools(logGroup: ILogGroup, message: string): LogQueryWidget {
  return new LogQueryWidget({
    ...{ title: 'Grades: slowest schools, p95 in ms', width: 8, height: 6, view: LogQueryVisualizationType.TABLE },
    logGroupNames: [logGroup.logGroupName],
    queryLines: [
      `filter message = "${message}"`,
      'stats pct(GradeProcessingLatency, 95) as p95, count(*) as requests by school',
      'sort p95 desc',
      'limit 10',
    ],
  });
}
