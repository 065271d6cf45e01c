import type { RemovalPolicy } from 'aws-cdk-lib';
import { type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { rejectAlias } from '../core/private/base/key-checks';
import { having, KEY, REMOVAL_POLICY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createDataTable } from '../core/private/data-table';
import { TENANT_PARTITIONS } from '../runtime/tenant-record';
import type { Tenancy } from '../tenancy';
import type { TenantDirectoryAttributes } from './tenant-directory-attributes';
import { type ITenantDirectory, TenantDirectoryGrants } from './tenant-directory-grants';

/** Props of TenantDirectory. */
export interface TenantDirectoryProps {
  /** The tenancy of the platform. */
  readonly tenancy: Tenancy;
  /**
   * Encrypts the table and its backups. A key, not an alias.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
  /**
   * What happens to the records when the directory is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above,
   * and leaves the table without deletion protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The record of all tenants, with their tier and state, and of the users that belong to each. Tokens, API keys and suspensions are based on
 * it.
 *
 * A tenant's record is never deleted, so that its id never belongs to another customer: a policy of the table denies it to everybody.
 *
 * Items have the string keys `pk` and `sk`: `TENANT#<id>` and `TENANT` for a tenant, `USER#<sub>` and `MEMBERSHIP` for a membership, and
 * `MEMBERS#<id>` and `USER#<sub>` for the list of a tenant's members.
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
   * Imports a TenantDirectory of another stack or app.
   *
   * Grants, including the use of the key, are added to the policies of the grantee: nothing changes in the stack that creates the
   * directory. If the key policy does not allow IAM policies to grant access, it must name the grantees itself.
   *
   * @param attributes attributes of the directory
   * @throws when the key is an alias
   */
  public static fromTenantDirectoryAttributes(scope: Construct, id: string, attributes: TenantDirectoryAttributes): ITenantDirectory {
    return new ImportedTenantDirectory(scope, id, attributes);
  }

  /** The table of tenants and memberships. */
  public readonly table: ITable;
  /** The tenancy of the platform. */
  public readonly tenancy: Tenancy;
  /** Permissions to read and change the directory. */
  public readonly grants: TenantDirectoryGrants;

  /**
   * @throws when the records would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantDirectoryProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    this.tenancy = props.tenancy;
    const table = createDataTable(this, { ...props, partitionKeyName: 'pk', sortKeyName: 'sk' });
    this.table = table;
    this.node.defaultChild = table.node.defaultChild;
    retainTenants(table);
    this.grants = TenantDirectoryGrants.fromTenantDirectory(this);
  }
}

/**
 * Denies everybody to delete tenants' records, whatever other policies allow. A policy of the table, because operators have permissions of
 * their own. Batches, PartiQL and time to live are denied for all items: nothing here uses them, and only single deletions are documented
 * to have the condition key in each case.
 */
function retainTenants(table: Table): void {
  const denied = { effect: Effect.DENY, principals: [new AnyPrincipal()], resources: ['*'] };
  table.addToResourcePolicy(
    new PolicyStatement({
      ...denied,
      sid: 'RetainTenants',
      actions: ['dynamodb:DeleteItem'],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [TENANT_PARTITIONS] } },
    }),
  );
  table.addToResourcePolicy(
    new PolicyStatement({
      ...denied,
      sid: 'RetainTenantsInBulk',
      actions: ['dynamodb:BatchWriteItem', 'dynamodb:PartiQLDelete', 'dynamodb:UpdateTimeToLive'],
    }),
  );
}

class ImportedTenantDirectory extends Construct implements ITenantDirectory {
  public readonly table: ITable;
  public readonly tenancy: Tenancy;
  public readonly grants: TenantDirectoryGrants;

  constructor(scope: Construct, id: string, attributes: TenantDirectoryAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { tableArn, encryptionKey, tenancy } = attributes;
    rejectAlias(this, 'encryptionKey', encryptionKey);
    this.table = Table.fromTableAttributes(this, 'Table', { tableArn, encryptionKey });
    this.tenancy = tenancy;
    this.grants = TenantDirectoryGrants.fromTenantDirectory(this);
  }
}

const TENANCY = required(having<Tenancy>('a Tenancy: Tenancy.of(…)', 'noun', 'tiers'));
const PROPS: PropKinds<TenantDirectoryProps> = {
  tenancy: TENANCY,
  encryptionKey: KEY,
  removalPolicy: REMOVAL_POLICY,
};

const ATTRIBUTES: PropKinds<TenantDirectoryAttributes> = {
  tableArn: required(STRING),
  encryptionKey: required(KEY),
  tenancy: TENANCY,
};
