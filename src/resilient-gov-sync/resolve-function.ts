import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { createHandler, type Handler } from '../core/private/handler';
import { grantTableKey } from '../core/private/ingest-grant';
import { resourceKeyUse } from '../core/private/key-use';
import type { Logged } from '../core/private/retained';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { allowEntries } from './audit-bucket';
import type { GovEndpoint } from './gov-endpoint';
import { REPORT_FOLDERS } from './report-folders';
import { RESOLVE_VARIABLES, type ResolveSettings } from './settings';

/** What the function is made of. */
export interface ResolveFunctionProps {
  readonly endpoint: GovEndpoint;
  readonly table: Table;
  readonly reportBucket: Bucket;
  readonly auditBucket: Bucket;
  readonly auditRetention: Duration;
  readonly timeZone: string;
  readonly logged: Logged;
  readonly name?: string;
}

/** Creates the function with which people decide about reports that were put aside, as the child `ResolveFunction`. */
export function createResolve(scope: Construct, props: ResolveFunctionProps): Handler {
  const { endpoint, table, reportBucket, auditBucket, auditRetention, timeZone, logged, name } = props;
  const resolve = createHandler<ResolveSettings>(scope, 'ResolveFunction', {
    asset: 'resilient-gov-sync/resolve-reports',
    description: `Applies decisions of people about reports of ${scope.node.path}`,
    timeout: Duration.minutes(5),
    settings: {
      TABLE_NAME: table.tableName,
      BUCKET: reportBucket.bucketName,
      AUDIT_BUCKET: auditBucket.bucketName,
      AUDIT_RETENTION_DAYS: auditRetention.toDays(),
      TRANSPORT: endpoint._transport.name,
      TIME_ZONE: timeZone,
    },
    variables: RESOLVE_VARIABLES,
    ...logged,
    ...(name === undefined ? {} : { name: `${name}-resolve` }),
    concurrency: { unreserved: 'Only people invoke it, with a permission of their own, a few times in a quarter.' },
    noDeadLetters: 'The function is not invoked asynchronously.',
  });
  allowResolve(resolve.role, props);
  return resolve;
}

function allowResolve(role: Role, { table, reportBucket, auditBucket }: ResolveFunctionProps): void {
  const [source, payloads] = [REPORT_FOLDERS.source, REPORT_FOLDERS.payloads].map((folder) => reportBucket.arnForObjects(`${folder}*`));
  const statements = [
    new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], resources: [table.tableArn] }),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [source] }),
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [payloads] }),
    ...resourceKeyUse(reportBucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  grantTableKey(table, role, 'write');
  allowEntries(role, auditBucket);
  const policy = role.node.findChild('DefaultPolicy');
  for (const folder of [source, payloads])
    acknowledgeWildcard(policy, folder, 'The wildcard comes after a folder of the bucket of reports.');
}
