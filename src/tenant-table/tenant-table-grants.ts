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

// Without Scan and PartiQLSelect: a Scan has no leading key for IAM to compare, and a SELECT may be a Scan. Without PartiQL writes: a
// session that has the item operations does not need them. `tenantIngest` allows only the INSERT. Documented: "Actions, resources, and
// condition keys for Amazon DynamoDB"; members of TransactWriteItems and TransactGetItems are checked as the actions here.
const readActions = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
/** Actions that can set an attribute. */
const settingActions = writeActions.filter((action) => action !== 'DeleteItem');

/** A TenantTable that is created in this app, or imported. */
export interface ITenantTable extends IConstruct, IItemStore {
  /** The tenancy whose tenants share the table. */
  readonly tenancy: Tenancy;
  /** The table's indexes. */
  readonly indexes: TenantIndex[];
  /** Permissions on the table's items. */
  readonly grants: TenantTableGrants;
}

/** Permissions on the items of a TenantTable. */
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
   * Lets sessions of a tenant role read the items of their own tenant, by key or query.
   *
   * @param role a role of the table's tenancy
   * @returns the allow statement; matching deny statements are added as well
   */
  public tenantRead(role: ITenantRole): Grant {
    const grant = this.allow(role, readActions);
    grantTableKey(this.table, roleFor(role.role, this.table), 'read');
    return grant;
  }

  /**
   * Lets sessions of a tenant role read, write and delete the items of their own tenant. If an index has `IndexWriters.trusted()`, writes
   * of its partition key are denied.
   *
   * @param role a role of the table's tenancy
   * @returns the allow statement; matching deny statements are added as well
   */
  public tenantReadWrite(role: ITenantRole): Grant {
    const trustedKeys = this.trustedKeys();
    const grant =
      trustedKeys.length === 0
        ? this.allow(role, [...readActions, ...writeActions])
        : this.allow(role, [...readActions, 'DeleteItem']).combine(this.allowSetting(role, trustedKeys));
    grantTableKey(this.table, roleFor(role.role, this.table), 'write');
    return grant;
  }

  /**
   * Lets sessions of a tenant role insert new items of their own tenant, but not read, change or delete any.
   *
   * @param role a role of the table's tenancy
   * @returns the allow statement; matching deny statements are added as well
   */
  public tenantIngest(role: ITenantRole): Grant {
    return grantTenantIngest(this.table, this.tagged(role));
  }

  /**
   * Lets a writer insert new items of any tenant, but not read, change or delete any.
   *
   * @param grantee a writer that is trusted to write under the keys of every tenant
   */
  public ingest(grantee: IGrantable): Grant {
    return grantIngest(this.table, grantee);
  }

  /** Adds the allow statement and the matching deny statements; see `grantOwnKeys`. */
  private allow(role: ITenantRole, actions: string[]): Grant {
    const names = this.tenantTable.indexes.map(({ name }) => name);
    const resources = [this.table.tableArn, ...names.map((name) => `${this.table.tableArn}/index/${name}`)];
    const grant = grantOwnKeys(this.table, this.tagged(role), actions, resources);
    denyAttributes(this.table, role.role, this.trustedKeys());
    return grant;
  }

  /** Partition keys of indexes, other than the table's own, that tenants' sessions may not write. */
  private trustedKeys(): string[] {
    const trusted = this.tenantTable.indexes.flatMap(({ partitionKey, writers }) =>
      partitionKey === undefined || partitionKey === this.tenantTable.partitionKeyName || writers?.includeSessions ? [] : [partitionKey],
    );
    return [...new Set(trusted)];
  }

  private allowSetting(role: ITenantRole, trustedKeys: string[]): Grant {
    return grantOwnKeys(this.table, this.tagged(role), settingActions, [this.table.tableArn], trustedKeys);
  }

  private tagged({ role, tenancy }: ITenantRole): TaggedRole {
    if (tenancy.noun !== this.tenantTable.tenancy.noun) {
      invalid(
        role,
        'tenancy.noun',
        tenancy.noun,
        `${this.tenantTable.tenancy.noun}, the session tag that identifies the tenants of ${this.table.node.path}`,
      );
    }
    return { role, principalTagKey: tenancy.principalTagKey };
  }
}
