import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { IItemStore } from '../core';
import { invalid } from '../core/private/base/invalid';
import { grantIngest, grantTableKey } from '../core/private/ingest-grant';
import { denyAttributes, grantOwnKeys, grantTenantIngest, type TaggedRole } from '../core/private/own-keys-grant';
import { roleFor } from '../core/private/role-policy';
import type { ITenantRole, Tenancy } from '../tenancy';
import type { TenantIndex } from './tenant-index';

// Scan and PartiQLSelect are not here: DynamoDB has no leading key to compare for a Scan, and a SELECT may be one. PartiQL writes are not here
// either: a session that has the item operations needs no second language for them. `tenantIngest` gives the INSERT alone. Documented: "Actions, resources, and condition
// keys for Amazon DynamoDB"; members of TransactWriteItems and TransactGetItems are checked as the actions here.
const readActions = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
// Those that can give an attribute a value.
const giveActions = writeActions.filter((action) => action !== 'DeleteItem');

/** One table for the items of all tenants, of this app or of another one. */
export interface ITenantTable extends IConstruct, IItemStore {
  /** Who shares the table. */
  readonly tenancy: Tenancy;
  /** Its indexes. */
  readonly indexes: TenantIndex[];
  /** Who may do what with the items. */
  readonly grants: TenantTableGrants;
}

/** Who may do what with a TenantTable: the table's `grants`. */
export class TenantTableGrants {
  /**
   * The grants of a table.
   *
   * @param table a TenantTable, or an imported one
   */
  public static fromTenantTable(table: ITenantTable): TenantTableGrants {
    return new TenantTableGrants(table);
  }

  private readonly table: ITable;

  private constructor(private readonly tenantTable: ITenantTable) {
    this.table = tenantTable.table;
  }

  /**
   * Lets sessions of the role read the items of their own tenant, by key or query.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantRead(role: ITenantRole): Grant {
    const grant = this.allow(role, readActions);
    grantTableKey(this.table, roleFor(role.role, this.table), 'read');
    return grant;
  }

  /**
   * Lets sessions of the role read, write and delete the items of their own tenant. The partition keys of indexes are not theirs to give
   * to an item, where the index has `IndexWriters.trusted()`: a write that names one is denied.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantReadWrite(role: ITenantRole): Grant {
    const trustedKeys = this.trustedKeys();
    const grant =
      trustedKeys.length === 0
        ? this.allow(role, [...readActions, ...writeActions])
        : this.allow(role, [...readActions, 'DeleteItem']).combine(this.allowGiving(role, trustedKeys));
    grantTableKey(this.table, roleFor(role.role, this.table), 'write');
    return grant;
  }

  /**
   * Lets sessions of the role insert new items of their own tenant, and do nothing else: they can't read, change or remove one.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantIngest(role: ITenantRole): Grant {
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
  private allow(role: ITenantRole, actions: string[]): Grant {
    const names = this.tenantTable.indexes.map(({ name }) => name);
    const resources = [this.table.tableArn, ...names.map((name) => `${this.table.tableArn}/index/${name}`)];
    const grant = grantOwnKeys(this.table, this.tagged(role), actions, resources);
    denyAttributes(this.table, role.role, this.trustedKeys());
    return grant;
  }

  /** Partition keys of indexes, without the table's own, that tenants' sessions may not give to an item. */
  private trustedKeys(): string[] {
    const trusted = this.tenantTable.indexes.flatMap(({ partitionKey, writers }) =>
      partitionKey === undefined || partitionKey === this.tenantTable.partitionKeyName || writers?.includeSessions ? [] : [partitionKey],
    );
    return [...new Set(trusted)];
  }

  private allowGiving(role: ITenantRole, trustedKeys: string[]): Grant {
    return grantOwnKeys(this.table, this.tagged(role), giveActions, [this.table.tableArn], trustedKeys);
  }

  private tagged({ role, tenancy }: ITenantRole): TaggedRole {
    if (tenancy.noun !== this.tenantTable.tenancy.noun) {
      invalid(
        role,
        'tenancy.noun',
        tenancy.noun,
        `${this.tenantTable.tenancy.noun}, the tag that ${this.table.node.path} tells its tenants by`,
      );
    }
    return { role, principalTagKey: tenancy.principalTagKey };
  }
}
