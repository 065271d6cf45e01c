import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgeNoBackupPlan } from '../core/private/backup-finding';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { requireProps } from '../core/private/base/required-props';
import { encryptionKeyOf } from '../core/private/encryption-key';
import type { Tenancy } from '../tenancy';
import { TenantDirectoryGrants } from './tenant-directory-grants';

/** Props of TenantDirectory. */
export interface TenantDirectoryProps {
  /** Whose tenants it lists. */
  readonly tenancy: Tenancy;
  /**
   * Encrypts the table and its backups. A key, not an alias.
   *
   * @default - the app's key, `AppKey.of(this)`
   */
  readonly encryptionKey?: IKey;
  /**
   * What becomes of the records when the directory leaves its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and leaves
   * the table without deletion protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Who is a tenant, on which tier and in which state, and which user belongs to which: the record that tokens, keys and suspensions go by.
 *
 * Items have the keys `pk` and `sk` (text): `TENANT#<id>`, `TENANT` for a tenant and `USER#<sub>`, `TENANT#<id>` for a membership.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Tenancy, TenantDirectory } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const tenancy: Tenancy;
 * const directory = new TenantDirectory(stack, 'Directory', { tenancy });
 */
export class TenantDirectory extends Construct {
  /** The table. */
  public readonly table: ITable;
  /** Whose tenants it lists. */
  public readonly tenancy: Tenancy;
  /** Gives those who decide by the directory, and those who keep it, what they need. */
  public readonly grants: TenantDirectoryGrants;

  /**
   * A directory of its own.
   *
   * @param scope where it belongs
   * @param id its name there
   * @param props whose tenants it lists, and what is other than the defaults
   * @throws when the records would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantDirectoryProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true });
    this.tenancy = props.tenancy;
    this.table = this.createTable(props);
    this.node.defaultChild = this.table.node.defaultChild;
    this.grants = TenantDirectoryGrants._of(this.table);
  }

  private createTable({ encryptionKey, removalPolicy }: TenantDirectoryProps): Table {
    const policy = dataRemovalPolicy(this, removalPolicy);
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: encryptionKeyOf(this, encryptionKey),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: policy !== RemovalPolicy.DESTROY,
      removalPolicy: policy,
    });
    acknowledgeNoBackupPlan(table);
    return table;
  }
}
