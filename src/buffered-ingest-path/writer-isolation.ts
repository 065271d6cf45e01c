import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import { invalid } from '../core/private/base/invalid';
import { grantIngest, rejectElsewhere } from '../core/private/ingest-grant';
import { grantTenantIngest } from '../core/private/own-keys-grant';
import type { TenantRole } from '../tenancy';
import { checkWriterRole } from './check-writer-role';

/** Under whose permission the messages of a batch are written. */
export class WriterIsolation {
  /**
   * The writer inserts for all tenants: 25 messages in a call, of any tenants. Which tenant's keys an item gets is decided by the
   * writer's code, which reads the tenant from what API Gateway wrote.
   */
  public static pooled(): WriterIsolation {
    return new WriterIsolation();
  }

  /**
   * The writer has no permission on the table. It opens a session for each tenant of a batch, in which IAM lets it insert under that
   * tenant's keys and under no other's. That costs calls; the README says how many.
   *
   * @param role a role of the path's own, or of several paths: one whose sessions may do more than insert, whatever grants it, is an error at synthesis,
   * because the writer could do all of it
   */
  public static perTenant(role: TenantRole): WriterIsolation {
    return new WriterIsolation(role);
  }

  private constructor(
    /** Whose sessions the messages are written in; none where they are pooled. */
    public readonly tenants?: TenantRole,
  ) {}

  /**
   * Gives the writer what it needs to store items.
   *
   * @throws when role and table belong to different tenancies
   * @internal
   */
  public _allow(path: Construct, { table, tenant }: IItemStore, writer: Role): void {
    if (this.tenants === undefined) {
      grantIngest(table, writer);
      return;
    }
    const { role, tenancy } = this.tenants;
    if (tenant !== undefined && tenant !== tenancy.tenant) {
      invalid(path, 'isolation', tenancy.tenant, `sessions of a ${tenant}, the tag that ${table.node.path} tells its tenants by`);
    }
    rejectElsewhere(table, writer);
    grantTenantIngest(table, { role, principalTagKey: tenancy.principalTagKey });
    this.tenants.allowVending(writer);
    checkWriterRole(path, this.tenants);
  }

  /**
   * The environment of the writer's code.
   *
   * @internal
   */
  public _environment(): Record<string, string> {
    if (this.tenants === undefined) return {};
    const { role, tenancy } = this.tenants;
    return { TENANT_ROLE_ARN: role.roleArn, TENANT_TAG: tenancy.tenant };
  }
}
