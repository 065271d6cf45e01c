import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import { createHandler, type Handler } from '../core/private/handler';
import { grantTableKey } from '../core/private/ingest-grant';
import type { Logged } from '../core/private/retained';
import { type ITenantRole, TenantBucketGrants } from '../tenancy';
import { EMPTIED } from './emptied';
import { REPORT_FOLDERS, sourcePrefix } from './report-folders';
import { STATUS_VARIABLES, type StatusSettings } from './settings';

/** What a TenantRemoval decides about the function: it is the scope. */
export interface RemovalProps {
  /** The role in whose sessions the objects of a tenant are removed. */
  readonly tenants: ITenantRole;
  readonly logged: Logged;
}

/** Creates the function that removes what the table has of a departed tenant, and allows sessions of a tenant to remove its objects. */
export type SyncRemoval = (scope: Construct, id: string, props: RemovalProps) => RemovalHandler;

export interface RemovalHandler extends Handler {
  /** Folders of the bucket of reports that all tenants share: nothing is removed from them. */
  readonly sharedFolders: readonly string[];
}

/** What is removed. */
export interface RemovalFunctionProps extends RemovalProps {
  readonly sync: IConstruct;
  readonly table: ITable;
  readonly reportBucket: IBucket;
  readonly timeZone: string;
}

export function createRemoval(scope: Construct, id: string, props: RemovalFunctionProps): RemovalHandler {
  const { sync, table, reportBucket, timeZone, tenants, logged } = props;
  const removal = createHandler<StatusSettings>(scope, id, {
    asset: 'resilient-gov-sync/remove-reports',
    description: `Removes what ${sync.node.path} has of tenants that have departed`,
    timeout: Duration.minutes(1),
    settings: { TABLE_NAME: table.tableName, TIME_ZONE: timeZone },
    variables: STATUS_VARIABLES,
    ...logged,
    concurrency: { unreserved: 'Only the removal of tenants invokes it, one at a time.' },
    noDeadLetters: 'The function is not invoked asynchronously.',
  });
  allowRemoval(removal.role, table);
  const objects = TenantBucketGrants.fromBucket(reportBucket);
  objects.tenantRemove(tenants, REPORT_FOLDERS.payloads);
  objects._tenantRemoveFiles(tenants, sourcePrefix('????Q?'));
  return { ...removal, sharedFolders: [REPORT_FOLDERS.lists, REPORT_FOLDERS.results] };
}

/**
 * The partition of a report is its period, so that no condition limits an item to a tenant. What the role can change of a report is limited
 * instead: not its status, so that nothing is sent again or counts as sent.
 */
function allowRemoval(role: Role, table: ITable): void {
  const ofPeriods = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['PERIOD#*'] } };
  const [resources, isPresent] = [[table.tableArn], { 'dynamodb:LeadingKeys': 'false' }];
  const statements = [
    new PolicyStatement({ actions: ['dynamodb:GetItem'], resources, conditions: { ...ofPeriods, Null: isPresent } }),
    new PolicyStatement({
      actions: ['dynamodb:UpdateItem'],
      resources,
      conditions: {
        ...ofPeriods,
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'auditHead', 'removedAt', ...EMPTIED] },
        Null: { ...isPresent, 'dynamodb:Attributes': 'false' },
      },
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  grantTableKey(table, role, 'write');
}
