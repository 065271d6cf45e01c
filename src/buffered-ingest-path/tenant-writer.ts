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

/** Inserts each tenant's messages in a session of that tenant, and may write nothing under its own role. */
export class TenantWriter implements WriterVariant {
  public readonly permission = 'open the sessions of tenants';
  /**
   * The worst batch is one of as many tenants as messages, with an opening and a call for each: eight at the same time make 80; half of that, to be on
   * the safe side.
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
      invalid(path, 'isolation', tenancy.noun, `sessions of a ${tenantNoun}, the tag that ${table.node.path} tells its tenants by`);
    }
    rejectElsewhere(table, writer);
    grantTenantIngest(table, { role, principalTagKey: tenancy.principalTagKey });
    this.tenants.grants.openSessions(writer);
    checkWriterRole(path, this.tenants);
  }
}
