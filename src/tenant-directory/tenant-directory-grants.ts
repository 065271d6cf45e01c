import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { grantTableKey } from '../core/private/ingest-grant';

// Written out: no Scan, no batches and no PartiQL, because the directory is only read by its keys.
const readActions = ['GetItem', 'Query'];
const writeActions = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];

/** Who may look tenants and members up, and who may change them. */
export class TenantDirectoryGrants {
  /**
   * @param table whose permissions are given
   * @internal
   */
  public static _of(table: ITable): TenantDirectoryGrants {
    return new TenantDirectoryGrants(table);
  }

  private constructor(private readonly table: ITable) {}

  /**
   * Grants looking up tenants and memberships by their keys.
   *
   * @param grantee what decides by the directory, such as the function that puts the tenant into a token
   */
  public read(grantee: IGrantable): Grant {
    grantTableKey(this.table, grantee, 'read');
    return this.allow(grantee, readActions);
  }

  /**
   * Grants changing tenants and memberships. A principal with this permission can become a member of any tenant.
   *
   * @param grantee what onboards tenants and enrolls their users
   */
  public manage(grantee: IGrantable): Grant {
    grantTableKey(this.table, grantee, 'write');
    return this.allow(grantee, [...readActions, ...writeActions]);
  }

  private allow(grantee: IGrantable, actions: string[]): Grant {
    return Grant.addToPrincipal({ grantee, actions: actions.map((action) => `dynamodb:${action}`), resourceArns: [this.table.tableArn] });
  }
}
