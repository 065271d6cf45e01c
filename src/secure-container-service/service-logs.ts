import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { createLogGroup } from '../core/private/log-group';
import type { Logged } from '../core/private/retained';

/** How a service keeps its logs, and what they are named after. */
export interface ServiceLogs extends Logged {
  /** Part of the names of log groups. Defaults to generated names. */
  readonly name?: string;
}

/** Where a log differs from the others of its service. */
export interface ServiceLogProps {
  /** The name of the log group in a service with this name. */
  readonly named: (name: string) => string;
  /** The name of the log group in a service without one. Defaults to a generated name. */
  readonly unnamed?: string;
  /** Defaults to 30 days. */
  readonly standardRetention?: RetentionDays;
}

/** Creates a log group of a service. */
export function createServiceLog(scope: Construct, id: string, { name, ...logged }: ServiceLogs, props: ServiceLogProps): LogGroup {
  const { named, unnamed, standardRetention = RetentionDays.ONE_MONTH } = props;
  return createLogGroup(scope, id, { ...logged, logGroupName: name === undefined ? unnamed : named(name), standardRetention });
}
