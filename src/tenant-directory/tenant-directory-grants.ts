import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { grantTableKey } from '../core/private/ingest-grant';
import { MEMBERSHIP_PARTITIONS, TENANT_PARTITIONS } from '../runtime/tenant-record';
import type { Tenancy } from '../tenancy';

// Without Scan and PartiQL, because the directory is only read by its keys.
const readActions = ['GetItem', 'Query'];
const readTenantsActions = ['GetItem', 'BatchGetItem'];
const writeActions = ['PutItem', 'UpdateItem', 'ConditionCheckItem'];

/** A TenantDirectory that is created in this app, or imported. */
export interface ITenantDirectory extends IConstruct {
  /** The table of tenants and memberships. */
  readonly table: ITable;
  /** The tenancy of the platform. Constructs that use the directory take the tenancy from it. */
  readonly tenancy: Tenancy;
  /** Permissions to read and change the directory. */
  readonly grants: TenantDirectoryGrants;
}

/** Permissions to read and change a directory. */
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
   * Lets a principal read tenants and memberships by their keys.
   *
   * @param grantee a principal that makes decisions from the directory, such as the function that adds the tenant to tokens
   */
  public read(grantee: IGrantable): Grant {
    grantTableKey(this.directory.table, grantee, 'read');
    return this.allow(grantee, readActions);
  }

  /**
   * Lets a principal read the records of tenants by their keys, but no memberships.
   *
   * @param grantee a principal that acts for tenants only in some states, such as the writer of an ingest path
   */
  public readTenants(grantee: IGrantable): Grant {
    grantTableKey(this.directory.table, grantee, 'read');
    return this.allow(grantee, readTenantsActions, onlyKeys(TENANT_PARTITIONS));
  }

  /**
   * Lets a principal change tenants and memberships, and delete memberships. Such a principal can make itself a member of any tenant.
   *
   * @param grantee a principal that onboards tenants and enrolls their users
   */
  public manage(grantee: IGrantable): Grant {
    grantTableKey(this.directory.table, grantee, 'write');
    const changes = this.allow(grantee, [...readActions, ...writeActions]);
    const deletions = this.allow(grantee, ['DeleteItem'], onlyKeys(...MEMBERSHIP_PARTITIONS));
    return changes.combine(deletions);
  }

  private allow(grantee: IGrantable, actions: string[], conditions?: Record<string, Record<string, unknown>>): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [this.directory.table.tableArn],
      conditions,
    });
  }
}

function onlyKeys(...patterns: string[]): Record<string, Record<string, unknown>> {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    // `ForAllValues` is true if the condition key is missing, so it must also be present.
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}
