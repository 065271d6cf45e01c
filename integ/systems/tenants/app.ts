import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { JsonSchemaType, JsonSchemaVersion } from 'aws-cdk-lib/aws-apigateway';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import {
  AccessTokenIssuer,
  ApiGatewayLogRole,
  BufferedIngestPath,
  FunctionCode,
  FunctionConcurrency,
  FunctionTarget,
  IngestKeys,
  SecureFunction,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
} from '../../../src';
import { messageKeys, NAMES, TOKEN_MINUTES } from './names';

/** The smallest platform with everything that a tenant can reach: sign-in, an API, a queue, and a service that opens sessions. */
const app = new App();
const stack = new Stack(app, NAMES.stack);
new ApiGatewayLogRole(stack, 'ApiGatewayLogRole');
// Requests are never throttled: a request that is denied is denied because of its tenant.
const tenancy = Tenancy.of(NAMES.noun, {
  tiers: [Tier.of('standard', { rate: 1_000, burst: 2_000 }), Tier.of('trial', { rate: 1_000, burst: 2_000 })],
});
const directory = new TenantDirectory(stack, 'Directory', { tenancy });
const users = new TenantUserPool(stack, 'Users', {
  directory,
  callbackUrls: ['https://schools.example/signed-in'],
  accessTokenValidity: Duration.minutes(TOKEN_MINUTES),
});
// Signs in with one call, and its refresh tokens can be used again and again.
const tester = users.userPool.addClient('Tester', {
  authFlows: { adminUserPassword: true },
  disableOAuth: true,
  accessTokenValidity: Duration.minutes(TOKEN_MINUTES),
});
const { userPool, tenantClaim, tierClaim } = users;
const tenants = new TenantRole(stack, 'TenantSessions', { tenancy });
const api = new TenantIsolatedApi(stack, 'Api', {
  directory,
  tenantRoles: [tenants],
  issuer: AccessTokenIssuer.fromUserPool(userPool, { clients: [users.client, tester], tenantClaim, tierClaim }),
});
// Requests of operators run at the same time: what the function guarantees does not depend on its reserved concurrency.
(api.onboarding.node.defaultChild as CfnFunction).addPropertyDeletionOverride('ReservedConcurrentExecutions');

const data = new TenantTable(stack, 'Data', { tenancy });
data.grants.tenantReadWrite(tenants);
const service = new SecureFunction(stack, 'Service', {
  code: FunctionCode.bundle(join(__dirname, 'service.ts')),
  concurrency: FunctionConcurrency.unreserved('One process sends its requests'),
  environment: {
    TABLE_NAME: data.table.tableName,
    DIRECTORY_TABLE_NAME: directory.table.tableName,
    TENANT_ROLE_ARN: tenants.role.roleArn,
  },
});
tenants.grants.openSessions(service);
directory.grants.readTenants(service);
api.addRoute('GET /messages', FunctionTarget.of(service.function));

const messages = new BufferedIngestPath(stack, 'Messages', {
  destination: data,
  directory,
  keys: IngestKeys.of(messageKeys),
  batchWindow: Duration.seconds(1),
  schema: {
    schema: JsonSchemaVersion.DRAFT4,
    type: JsonSchemaType.OBJECT,
    required: ['message'],
    properties: { message: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 } },
  },
});
api.addRoute('POST /messages', messages);
app.synth();
