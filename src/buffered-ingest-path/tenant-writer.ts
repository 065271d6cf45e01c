import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import { invalid } from '../core/private/base/invalid';
import { createHandler, type Handler } from '../core/private/handler';
import { rejectElsewhere } from '../core/private/ingest-grant';
import { grantTenantIngest } from '../core/private/own-keys-grant';
import type { TenantRole } from '../tenancy';
import { checkWriterRole } from './check-writer-role';
import { TENANT_WRITER_VARIABLES, type TenantWriterSettings } from './settings';
import type { WriterProps, WriterVariant } from './writer-variant';

/** Inserts each tenant's items in that tenant's session. The writer's own role has no permission to write. */
export class TenantWriter implements WriterVariant {
  public readonly permission = 'open the sessions of tenants';
  /**
   * In the slowest batch, each message belongs to another tenant and needs two calls: one to open a session, one to insert. Eight tenants
   * at a time are 80 messages per second. Half of that, as a safety margin.
   */
  public readonly messagesPerSecond = 40;

  constructor(private readonly tenants: TenantRole) {}

  public create(path: Construct, id: string, { settings, ...props }: WriterProps): Handler {
    const { role, tenancy } = this.tenants;
    return createHandler<TenantWriterSettings>(path, id, {
      ...props,
      asset: 'buffered-ingest-path/tenant-batch-writer',
      settings: { ...settings, TENANT_ROLE_ARN: role.roleArn, TENANT_TAG: tenancy.noun },
      variables: TENANT_WRITER_VARIABLES,
    });
  }

  public allow(path: Construct, { table, tenantNoun }: IItemStore, writer: Role): void {
    const { role, tenancy } = this.tenants;
    if (tenantNoun !== undefined && tenantNoun !== tenancy.noun) {
      invalid(
        path,
        'isolation',
        tenancy.noun,
        `a role of the tenancy ${tenantNoun}, whose session tag identifies the tenants of ${table.node.path}`,
      );
    }
    rejectElsewhere(table, writer);
    grantTenantIngest(table, { role, principalTagKey: tenancy.principalTagKey });
    this.tenants.grants.openSessions(writer);
    checkWriterRole(path, this.tenants);
  }
}
