import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { grantIngest, grantTableKey } from '../core/ingest-grant';
import { refuse } from '../core/refuse';
import type { Tenancy, TenantRole } from '../tenancy';

// Scan and PartiQLSelect are not here: DynamoDB has no leading key to compare for a Scan, and a SELECT may be one. PartiQL writes are not here
// either: a session that has the item operations needs no second language for them. Documented: "Actions, resources, and condition
// keys for Amazon DynamoDB"; members of TransactWriteItems and TransactGetItems are checked as the actions here.
const readActions = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
const unboundActions = ['Scan', 'PartiQLSelect'];

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
   * Lets a writer insert new items of any tenant, and do nothing else: it can't read, change or remove one.
   *
   * @param grantee a writer that is trusted with every tenant's keys
   */
  public ingest(grantee: IGrantable): Grant {
    return grantIngest(this.table, grantee);
  }

  /**
   * The permission, and around it denials that hold against every other permission the role has or will get: with them a broad grant
   * given by mistake (`table.grantReadData(role)` has Scan) still opens nothing of another tenant.
   *
   * `ForAllValues` is true where the key is missing, so the permission also needs it to be there (Null). `ForAnyValue` is false there, so a
   * missing key has a denial of its own.
   */
  private allow({ role, tenancy }: TenantRole, actions: string[]): Grant {
    if (tenancy.tenant !== this.tenancy.tenant) {
      refuse(
        role,
        'tenancy.tenant',
        tenancy.tenant,
        `be ${this.tenancy.tenant}, the tag that ${this.table.node.path} tells its tenants by`,
      );
    }
    const own = `${tenancy.principalTag}#*`;
    // Streams, backups and exports are beside the indexes: they hold all tenants' items.
    const everything = [this.table.tableArn, `${this.table.tableArn}/*`];
    const resources = [this.table.tableArn, ...this.indexNames.map((name) => `${this.table.tableArn}/index/${name}`)];
    const grant = Grant.addToPrincipal({
      grantee: role,
      actions: named(actions),
      resourceArns: resources,
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [own] },
        Null: { 'dynamodb:LeadingKeys': 'false', [tenancy.principalTagKey]: 'false' },
      },
    });
    const denials = [
      new PolicyStatement({ effect: Effect.DENY, actions: named(unboundActions), resources: everything }),
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['dynamodb:*'],
        resources: everything,
        conditions: { Null: { 'dynamodb:LeadingKeys': 'true' } },
      }),
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['dynamodb:*'],
        resources: everything,
        conditions: { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': [own] } },
      }),
    ];
    for (const denial of denials) role.addToPolicy(denial);
    return grant;
  }
}

function named(actions: string[]): string[] {
  return actions.map((action) => `dynamodb:${action}`);
}
