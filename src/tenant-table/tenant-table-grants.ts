import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { grantIngest, grantTableKey } from '../core/ingest-grant';
import { grantOwnKeys, grantTenantIngest, type TaggedRole } from '../core/own-keys-grant';
import { refuse } from '../core/refuse';
import type { Tenancy, TenantRole } from '../tenancy';

// Scan and PartiQLSelect are not here: DynamoDB has no leading key to compare for a Scan, and a SELECT may be one. PartiQL writes are not here
// either: a session that has the item operations needs no second language for them. `tenantIngest` gives the INSERT alone. Documented: "Actions, resources, and condition
// keys for Amazon DynamoDB"; members of TransactWriteItems and TransactGetItems are checked as the actions here.
const readActions = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

/** Who may do what with a TenantTable: the table's `grants`. */
export class TenantTableGrants {
  /**
   * The grants of one table.
   *
   * @param tenancy whose session tag the tenant roles carry
   * @internal
   */
  public static _of(table: ITable, indexNames: string[], tenancy: Tenancy): TenantTableGrants {
    return new TenantTableGrants(table, indexNames, tenancy);
  }

  private constructor(
    private readonly table: ITable,
    private readonly indexNames: string[],
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
   * Lets sessions of the role read, write and delete the items of their own tenant.
   *
   * @param role a role of the table's tenancy
   * @returns the permission; the denials around it come with it
   */
  public tenantReadWrite(role: TenantRole): Grant {
    const grant = this.allow(role, [...readActions, ...writeActions]);
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
    const resources = [this.table.tableArn, ...this.indexNames.map((name) => `${this.table.tableArn}/index/${name}`)];
    return grantOwnKeys(this.table, this.tagged(role), actions, resources);
  }

  private tagged({ role, tenancy }: TenantRole): TaggedRole {
    if (tenancy.tenant !== this.tenancy.tenant) {
      refuse(
        role,
        'tenancy.tenant',
        tenancy.tenant,
        `be ${this.tenancy.tenant}, the tag that ${this.table.node.path} tells its tenants by`,
      );
    }
    return { role, principalTagKey: tenancy.principalTagKey };
  }
}
