import type { RemovalPolicy } from 'aws-cdk-lib';
import { type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { rejectAlias } from '../core/private/base/key-checks';
import { requireProps } from '../core/private/base/required-props';
import { createDataTable } from '../core/private/data-table';
import type { Tenancy } from '../tenancy';
import type { TenantDirectoryAttributes } from './tenant-directory-attributes';
import { type ITenantDirectory, TenantDirectoryGrants } from './tenant-directory-grants';

/** Props of TenantDirectory. */
export interface TenantDirectoryProps {
  /** Whose tenants it lists. */
  readonly tenancy: Tenancy;
  /**
   * Encrypts the table and its backups. A key, not an alias.
   *
   * @default AppKey.of(this)
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
export class TenantDirectory extends Construct implements ITenantDirectory {
  /**
   * A TenantDirectory of another stack or another app.
   *
   * Its grants are policies of the grantee, the use of the key among them: nothing is changed where the directory is created. A key whose policy leaves
   * nothing to IAM policies must name the grantees itself.
   *
   * @param attributes what is known of it
   * @throws when the key is an alias
   */
  public static fromTenantDirectoryAttributes(scope: Construct, id: string, attributes: TenantDirectoryAttributes): ITenantDirectory {
    return new ImportedTenantDirectory(scope, id, attributes);
  }

  /** The table. */
  public readonly table: ITable;
  /** Whose tenants it lists. */
  public readonly tenancy: Tenancy;
  /** Gives those who decide by the directory, and those who keep it, what they need. */
  public readonly grants: TenantDirectoryGrants;

  /**
   * @throws when the records would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantDirectoryProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true });
    this.tenancy = props.tenancy;
    this.table = createDataTable(this, { ...props, partitionKeyName: 'pk', sortKeyName: 'sk' });
    this.node.defaultChild = this.table.node.defaultChild;
    this.grants = TenantDirectoryGrants.fromTenantDirectory(this);
  }
}

class ImportedTenantDirectory extends Construct implements ITenantDirectory {
  public readonly table: ITable;
  public readonly tenancy: Tenancy;
  public readonly grants: TenantDirectoryGrants;

  constructor(scope: Construct, id: string, { tableArn, encryptionKey, tenancy }: TenantDirectoryAttributes) {
    super(scope, id);
    rejectAlias(this, 'encryptionKey', encryptionKey);
    this.table = Table.fromTableAttributes(this, 'Table', { tableArn, encryptionKey });
    this.tenancy = tenancy;
    this.grants = TenantDirectoryGrants.fromTenantDirectory(this);
  }
}
