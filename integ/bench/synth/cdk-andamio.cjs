// API → queue → batch writer → table with this library.
const { Duration } = require('aws-cdk-lib');
const { BufferedIngestPath, IngestKeys, Tenancy, TenantTable, Tier } = require('cdk-andamio');
const { createApi, createAuthorizer, visit } = require('./api.cjs');

module.exports = (stack) => {
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
  const data = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
  const visits = new BufferedIngestPath(stack, 'Visits', {
    destination: data,
    keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' }),
    schema: visit,
  });
  visits.addRoute(createApi(stack).root.addResource('visits'), 'POST', { authorizer: createAuthorizer(stack) });
};
