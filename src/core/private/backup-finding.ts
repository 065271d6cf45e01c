import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { acknowledge } from './rule-packs';

/** Answers that a table with point-in-time recovery is in no plan of AWS Backup. */
export function acknowledgeNoBackupPlan(table: Table): void {
  acknowledge(
    table,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5'],
    'DynamoDBInBackupPlan',
    'Point-in-time recovery backs the table up continuously, for 35 days. Copies kept for longer are decided for a whole account, by a plan outside the stack that could delete them.',
  );
}
