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
import { allowAudit } from './audit-bucket';
import { executionsArn } from './executions-arn';
import type { GovEndpoint } from './gov-endpoint';
import { FUNCTION_TIMEOUT_SECONDS } from './limits';
import { REPORT_FOLDERS } from './report-folders';
import { RUN_VARIABLES, type RunSettings } from './settings';

/** What the function is made of. */
export interface RunFunctionProps {
  readonly endpoint: GovEndpoint;
  readonly table: Table;
  readonly reportBucket: Bucket;
  readonly auditBucket: Bucket;
  readonly auditRetention: Duration;
  readonly dueAfter: Duration;
  readonly timeZone: string;
  readonly stateMachineName: string;
  readonly logged: Logged;
  readonly name?: string;
}

/** Creates the function that runs the steps of the state machine, as the child `RunFunction`. */
export function createRunFunction(scope: Construct, props: RunFunctionProps): Handler {
  const { endpoint, table, reportBucket, auditBucket, logged, name } = props;
  const run = createHandler<RunSettings>(scope, 'RunFunction', {
    asset: 'resilient-gov-sync/run-sync',
    description: `Runs the steps of the state machine of ${scope.node.path}`,
    timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
    settings: {
      TABLE_NAME: table.tableName,
      BUCKET: reportBucket.bucketName,
      AUDIT_BUCKET: auditBucket.bucketName,
      AUDIT_RETENTION_DAYS: props.auditRetention.toDays(),
      TRANSPORT: endpoint._transport.name,
      CALL_TIMEOUT_SECONDS: endpoint._transport.timeoutSeconds,
      DUPLICATES: endpoint._duplicates,
      CONFIRMATION: endpoint._confirmation,
      MAX_PER_SECOND: endpoint.maxPerSecond,
      REPORTS_PATH: endpoint._path,
      TIME_ZONE: props.timeZone,
      DUE_AFTER_SECONDS: props.dueAfter.toSeconds(),
    },
    variables: RUN_VARIABLES,
    ...logged,
    ...(name === undefined ? {} : { name: `${name}-run` }),
    concurrency: {
      unreserved: 'The state machine invokes it once for each report that is in progress: at most maxConcurrency times at once.',
    },
    noDeadLetters: 'The function is not invoked asynchronously.',
  });
  allowRun(run.role, props);
  return run;
}

function allowRun(role: Role, { table, reportBucket, auditBucket, stateMachineName }: RunFunctionProps): void {
  const folder = (name: keyof typeof REPORT_FOLDERS) => reportBucket.arnForObjects(`${REPORT_FOLDERS[name]}*`);
  const executions = executionsArn(role, stateMachineName);
  const statements = [
    new PolicyStatement({
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      resources: [table.tableArn],
    }),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [folder('source'), folder('payloads'), folder('lists')] }),
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [folder('payloads'), folder('lists')] }),
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [reportBucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${REPORT_FOLDERS.source}*` } },
    }),
    ...resourceKeyUse(reportBucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  grantTableKey(table, role, 'write');
  allowAudit(role, auditBucket);
  const policy = role.node.findChild('DefaultPolicy');
  for (const name of ['source', 'payloads', 'lists'] as const) {
    acknowledgeWildcard(policy, folder(name), 'The wildcard comes after a folder of the bucket of reports.');
  }
  acknowledgeWildcard(policy, executions, 'The wildcard stands for the executions of one state machine.');
}
