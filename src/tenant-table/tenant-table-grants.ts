import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { invalid } from '../core/private/base/invalid';
import { grantIngest, grantTableKey } from '../core/private/ingest-grant';
import { denyAttributes, grantOwnKeys, grantTenantIngest, type TaggedRole } from '../core/private/own-keys-grant';
import type { Tenancy, TenantRole } from '../tenancy';

// Scan and PartiQLSelect are not here: DynamoDB has no leading key to compare for a Scan, and a SELECT may be one. PartiQL writes are not here
// either: a session that has the item operations needs no second language for them. `tenantIngest` gives the INSERT alone. Documented: "Actions, resources, and condition
// keys for Amazon DynamoDB"; members of TransactWriteItems and TransactGetItems are checked as the actions here.
const readActions = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
// Those that can give an attribute a value.
const giveActions = writeActions.filter((action) => action !== 'DeleteItem');

/**
 * What the grants must know of the indexes.
 *
 * @internal
 */
export interface IndexGrants {
  readonly names: string[];
  /** Partition keys of indexes, without the table's own, that tenants' sessions may not give to an item. */
  readonly trustedKeys: string[];
}

/** Who may do what with a TenantTable: the table's `grants`. */
export class TenantTableGrants {
  /**
   * The grants of one table.
   *
   * @param tenancy whose session tag the tenant roles carry
   * @internal
   */
  public static _of(table: ITable, indexes: IndexGrants, tenancy: Tenancy): TenantTableGrants {
    return new TenantTableGrants(table, indexes, tenancy);
  }

  private constructor(
    private readonly table: ITable,
    private readonly indexes: IndexGrants,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * Lets sessions of the role read the items of their own tenant, by key or query.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantRead(role: TenantRole): Grant {
    const grant = this.allow(role, readActions);
    grantTableKey(this.table, role.role, 'read');
    return grant;
  }

  /**
   * Lets sessions of the role read, write and delete the items of their own tenant. The partition keys of indexes are not theirs to give
   * to an item, where the index has `IndexWriters.trusted()`: a write that names one is denied.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantReadWrite(role: TenantRole): Grant {
    const { trustedKeys } = this.indexes;
    const grant =
      trustedKeys.length === 0
        ? this.allow(role, [...readActions, ...writeActions])
        : this.allow(role, [...readActions, 'DeleteItem']).combine(this.allowGiving(role, trustedKeys));
    grantTableKey(this.table, role.role, 'write');
    return grant;
  }

  /**
   * Lets sessions of the role insert new items of their own tenant, and do nothing else: they can't read, change or remove one.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantIngest(role: TenantRole): Grant {
    return grantTenantIngest(this.table, this.tagged(role));
  }

  /**
   * Lets a writer insert new items of any tenant, and do nothing else: it can't read, change or remove one.
   *
   * @param grantee a writer that is trusted with every tenant's keys
   */
  public ingest(grantee: IGrantable): Grant {
    return grantIngest(this.table, grantee);
  }

  /** The permission, with the denials around it; see `grantOwnKeys`. */
  private allow(role: TenantRole, actions: string[]): Grant {
    const { names, trustedKeys } = this.indexes;
    const resources = [this.table.tableArn, ...names.map((name) => `${this.table.tableArn}/index/${name}`)];
    const grant = grantOwnKeys(this.table, this.tagged(role), actions, resources);
    denyAttributes(this.table, role.role, trustedKeys);
    return grant;
  }

  private allowGiving(role: TenantRole, trustedKeys: string[]): Grant {
    return grantOwnKeys(this.table, this.tagged(role), giveActions, [this.table.tableArn], trustedKeys);
  }

  private tagged({ role, tenancy }: TenantRole): TaggedRole {
    if (tenancy.tenant !== this.tenancy.tenant) {
      invalid(role, 'tenancy.tenant', tenancy.tenant, `${this.tenancy.tenant}, the tag that ${this.table.node.path} tells its tenants by`);
    }
    return { role, principalTagKey: tenancy.principalTagKey };
  }
}
