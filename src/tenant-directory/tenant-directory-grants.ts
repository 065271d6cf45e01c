import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { grantTableKey } from '../core/private/ingest-grant';
import type { Tenancy } from '../tenancy';

// Written out: no Scan, no batches and no PartiQL, because the directory is only read by its keys.
const readActions = ['GetItem', 'Query'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];

/** Who is a tenant and who belongs to which, of this app or of another one. */
export interface ITenantDirectory extends IConstruct {
  /** The table. */
  readonly table: ITable;
  /** Whose tenants it lists: constructs that are given the directory take the tenancy from it. */
  readonly tenancy: Tenancy;
  /** Who may read the directory, and who may change it. */
  readonly grants: TenantDirectoryGrants;
}

/** Who may look tenants and members up, and who may change them. */
export class TenantDirectoryGrants {
  /**
   * The grants of a directory.
   *
   * @param directory a TenantDirectory, or an imported one
   */
  public static fromTenantDirectory(directory: ITenantDirectory): TenantDirectoryGrants {
    return new TenantDirectoryGrants(directory);
  }

  private constructor(private readonly directory: ITenantDirectory) {}

  /**
   * Grants looking up tenants and memberships by their keys.
   *
   * @param grantee what decides by the directory, such as the function that puts the tenant into a token
   */
  public read(grantee: IGrantable): Grant {
    grantTableKey(this.directory.table, grantee, 'read');
    return this.allow(grantee, readActions);
  }

  /**
   * Grants changing tenants and memberships. A principal with this permission can become a member of any tenant.
   *
   * @param grantee what onboards tenants and enrolls their users
   */
  public manage(grantee: IGrantable): Grant {
    grantTableKey(this.directory.table, grantee, 'write');
    return this.allow(grantee, [...readActions, ...writeActions]);
  }

  private allow(grantee: IGrantable, actions: string[]): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [this.directory.table.tableArn],
    });
  }
}
