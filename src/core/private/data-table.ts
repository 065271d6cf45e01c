import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { type RetainedProps, retainedBy } from './retained';
import { acknowledge } from './rule-packs';

/** The settings in which tables of this package differ. */
export interface DataTableProps extends RetainedProps {
  readonly partitionKeyName: string;
  readonly sortKeyName: string;
  readonly timeToLiveAttribute?: string;
  readonly stream?: StreamViewType;
}

/**
 * Creates the table of a construct as its child `Table`: string keys, on-demand capacity, a customer managed key, and point-in-time
 * recovery; retained and protected from deletion unless its removal policy is DESTROY.
 */
export function createDataTable(scope: Construct, props: DataTableProps): Table {
  const { partitionKeyName, sortKeyName, timeToLiveAttribute, stream } = props;
  const { encryptionKey, removalPolicy } = retainedBy(scope, props);
  // Not TableV2, which rejects a customer managed key in a stack whose Region is not known at synthesis.
  const table = new Table(scope, 'Table', {
    partitionKey: { name: partitionKeyName, type: AttributeType.STRING },
    sortKey: { name: sortKeyName, type: AttributeType.STRING },
    timeToLiveAttribute,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    stream,
    deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    removalPolicy,
  });
  acknowledge(
    table,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5'],
    'DynamoDBInBackupPlan',
    'Point-in-time recovery backs up the table continuously, for 35 days. Longer retention is decided for a whole account, by a backup plan outside this stack.',
  );
  return table;
}
