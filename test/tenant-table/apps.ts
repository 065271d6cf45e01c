import { Duration, type Stack } from 'aws-cdk-lib';
import { KeyTemplate, TenantRole, TenantTable } from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';

export function minimal(stack: Stack): void {
  new TenantTable(stack, 'Data', { tenancy });
}

export function maximal(stack: Stack): void {
  const data = new TenantTable(stack, 'Data', {
    tenancy,
    timeToLive: Duration.days(30),
    indexes: [{ name: 'by-course', partitionKey: 'coursePk', partitionKeyTemplate: KeyTemplate.of('{tenant}#COURSE#{body.course}') }],
  });
  const service = secureFunction(stack);
  const role = (id: string) => {
    const tenants = new TenantRole(stack, id, { tenancy });
    tenants.grants.openSessions(service);
    return tenants;
  };
  data.grants.tenantRead(role('Readers'));
  data.grants.tenantReadWrite(role('Writers'));
  data.grants.tenantIngest(role('Senders'));
  data.grants.ingest(service);
}
