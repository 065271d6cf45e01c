import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { createHandler, type Handler } from '../core/private/handler';
import { grantTableKey } from '../core/private/ingest-grant';
import type { Logged } from '../core/private/retained';
import { STATUS_VARIABLES, type StatusSettings } from './settings';

/** What the function is made of. */
export interface StatusFunctionProps {
  readonly table: Table;
  /** Of the schedule: times are shown in it. */
  readonly timeZone: string;
  readonly logged: Logged;
  readonly name?: string;
}

/** Creates the function that shows where the sync is, as the child `StatusFunction`. It can only read the table. */
export function createStatus(scope: Construct, { table, timeZone, logged, name }: StatusFunctionProps): Handler {
  const status = createHandler<StatusSettings>(scope, 'StatusFunction', {
    asset: 'resilient-gov-sync/sync-status',
    description: `Shows the status of ${scope.node.path}`,
    timeout: Duration.seconds(30),
    settings: { TABLE_NAME: table.tableName, TIME_ZONE: timeZone },
    variables: STATUS_VARIABLES,
    ...logged,
    ...(name === undefined ? {} : { name: `${name}-status` }),
    concurrency: { unreserved: 'People and dashboards invoke it, with permissions of their own. It only reads one table.' },
    noDeadLetters: 'The function is not invoked asynchronously.',
  });
  status.role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [table.tableArn] }));
  grantTableKey(table, status.role, 'read');
  return status;
}
