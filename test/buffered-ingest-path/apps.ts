import { Duration, type Stack } from 'aws-cdk-lib';
import { BufferedIngestPath, TenantDirectory, TenantRole, TenantTable, WriterIsolation } from '../../src';
import { notified } from '../notified';
import { cleanApi } from '../tenant-isolated-api/apps';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { keys, schema } from './fixtures';

export function minimal(stack: Stack): void {
  new BufferedIngestPath(stack, 'Visits', { destination: new TenantTable(stack, 'Data', { tenancy }), keys, schema });
}

export function maximal(stack: Stack): void {
  const destination = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
  const directory = new TenantDirectory(stack, 'Directory', { tenancy });
  const path = new BufferedIngestPath(stack, 'Visits', {
    destination,
    directory,
    keys,
    schema,
    isolation: WriterIsolation.perTenant(new TenantRole(stack, 'Writers', { tenancy })),
    batchSize: 100,
    batchWindow: Duration.seconds(10),
    maxConcurrency: 20,
    retention: Duration.days(2),
    name: 'visits',
  });
  cleanApi(stack, { directory, allowedOrigins: ['https://app.example'] }).addRoute('POST /visits', path);
  const { alarms } = path;
  const all = [alarms.deadLetters(), alarms.oldestMessageAge(), alarms.writerErrors(), alarms.writerThrottles(), alarms.failedShare()];
  notified(stack, ...all);
}
