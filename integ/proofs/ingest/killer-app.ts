import { App, Duration, Stack } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { BufferedIngestPath, IngestKeys, Tenancy, TenantRole, TenantTable, Tier, WriterIsolation } from 'cdk-andamio';
import { ReadingsApi } from '../../constructs/fixtures/readings-api';
import { countedAnew, flood, killerCases, withoutRetryQueue } from './killer-cases';

/** One ingest path per case, with default limits, all with the same table. */
const app = new App({ context: { 'aws:cdk:enable-path-metadata': true } });
const stack = new Stack(app, 'Killers');
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const data = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
const api = new ReadingsApi(stack, 'Api');
const text = { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 };

function addPath(name: string, isolation: WriterIsolation, maxConcurrency?: number): void {
  const path = new BufferedIngestPath(stack, name, {
    destination: data,
    keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: `${name}#{idempotencyKey}` }),
    schema: { type: JsonSchemaType.OBJECT, required: ['student', 'page'], properties: { student: text, page: text } },
    isolation,
    maxConcurrency,
  });
  path.addRoute(api.root.addResource(name), 'POST', { authorizer: api.authorizer });
}

for (const { name, isolation } of [...killerCases, countedAnew, withoutRetryQueue]) {
  const tenants = isolation === 'pooled' ? undefined : new TenantRole(stack, `${name}-writers`, { tenancy });
  addPath(name, tenants === undefined ? WriterIsolation.pooled() : WriterIsolation.perTenant(tenants));
}
addPath(flood.name, WriterIsolation.pooled(), flood.maxConcurrency);
