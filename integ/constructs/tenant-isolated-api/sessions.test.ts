import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  ApiGatewayLogRole,
  FunctionTarget,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
} from '../../../src';
import { activeInDirectory, TenantSessions, treatEveryTenantAsActive } from '../../../src/runtime/tenant-sessions';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// What a suspension and an offboarding do to the sessions of a service, open ones and new ones.
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
const arns: Record<string, string> = {};
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  let built: { data: TenantTable; directory: TenantDirectory; tenants: TenantRole; service: Role; api: TenantIsolatedApi } | undefined;
  ({ sandbox, close } = await startStack('Sessions', (stack) => {
    new ApiGatewayLogRole(stack, 'ApiGatewayLogRole');
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const directory = new TenantDirectory(stack, 'Directory', { tenancy });
    const users = new TenantUserPool(stack, 'Users', { directory, callbackUrls: ['https://schools.example/signed-in'] });
    const service = new Role(stack, 'Service', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [service] });
    const data = new TenantTable(stack, 'Data', { tenancy });
    data.grants.tenantReadWrite(tenants);
    directory.grants.readTenants(service);
    const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer: users, tenantRoles: [tenants] });
    // No test calls it, but an API needs a route.
    const code = Code.fromInline('exports.handler = async () => ({ statusCode: 200 })');
    const handler = new LambdaFunction(stack, 'Notes', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    api.addRoute('GET /notes', FunctionTarget.of(handler));
    built = { data, directory, tenants, service, api };
  }));
  if (built === undefined) throw new Error('nothing was built');
  const { data, directory, tenants, service, api } = built;
  const resource = (path: string) => {
    const found = sandbox.assembly.resources.find((one) => one.path === `${path}/Resource`);
    if (found === undefined) throw new Error(`there is no ${path}`);
    return found;
  };
  arns.data = sandbox.assembly.ref(resource(data.table.node.path));
  arns.directory = sandbox.assembly.ref(resource(directory.table.node.path));
  arns.tenants = sandbox.assembly.attribute(resource(tenants.role.node.path), 'Arn');
  arns.service = sandbox.assembly.attribute(resource(service.node.path), 'Arn');
  arns.onboarding = sandbox.assembly.ref(resource(api.onboarding.node.path));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await close?.();
});

const settings = () => ({ endpoint: sandbox.endpoint.url, region: sandbox.assembly.region });
function kept<Client extends { destroy(): void }>(client: Client): Client {
  clients.push(client);
  return client;
}

async function onboarding(action: string, tenant: string): Promise<unknown> {
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const lambda = kept(new LambdaClient({ ...settings(), credentials: { accessKeyId, secretAccessKey } }));
  const entry = action === 'onboard' ? { tenant, tier: 'standard' } : { tenant };
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: arns.onboarding, Payload: JSON.stringify({ action, tenants: [entry] }) }),
  );
  const { results } = JSON.parse(Buffer.from(Payload ?? []).toString());
  return results[0];
}

/** A service with its role, which opens sessions. */
function startService({ checks = true } = {}) {
  const { expiration: _, ...credentials } = sandbox.endpoint.assumeAsService(arns.service, 'lambda.amazonaws.com', 'service');
  const sts = kept(new STSClient({ ...settings(), credentials }));
  const own = kept(new DynamoDBClient({ ...settings(), credentials }));
  const sessions = new TenantSessions({
    roleArn: arns.tenants,
    tagKey: 'school',
    assumeRole: async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials,
    tenantIsActive: checks ? activeInDirectory(arns.directory, (input) => own.send(new GetItemCommand(input))) : treatEveryTenantAsActive,
  });
  return {
    sessions,
    /** Writes a note in the tenant's session. Returns the name of the error, if there is one. */
    async write(tenant: string): Promise<string> {
      try {
        const session = kept(new DynamoDBClient({ ...settings(), credentials: await sessions.credentialsFor(tenant) }));
        await session.send(new PutItemCommand({ TableName: arns.data, Item: { pk: { S: `${tenant}#NOTES` }, sk: { S: 'note' } } }));
        return 'written';
      } catch (error) {
        return (error as Error).name;
      }
    },
  };
}

test('a suspension ends open sessions, and no session is opened until the tenant is resumed', async () => {
  const [service, uncheckedService] = [startService(), startService({ checks: false })];
  for (const tenant of ['north', 'south']) expect(await onboarding('onboard', tenant)).toMatchObject({ status: 'done' });
  expect(await Promise.all([service.write('north'), service.write('south'), uncheckedService.write('north')])).toEqual(
    Array(3).fill('written'),
  );

  expect(await onboarding('suspend', 'north')).toEqual({ tenant: 'north', status: 'done' });
  expect([await service.write('north'), await service.write('south')]).toEqual(['AccessDeniedException', 'written']);
  service.sessions.forget('north');
  expect(await service.write('north')).toBe('TenantNotActive');
  // A session that was being opened during the suspension is denied, too.
  uncheckedService.sessions.forget('north');
  expect(await uncheckedService.write('north')).toBe('AccessDeniedException');

  expect(await onboarding('resume', 'north')).toEqual({ tenant: 'north', status: 'done' });
  expect([await service.write('north'), await uncheckedService.write('north')]).toEqual(['written', 'written']);
});

test('no session is opened for a tenant that was never onboarded', async () => {
  expect(await startService().write('never-onboarded')).toBe('TenantNotActive');
});

test('an offboarding ends open sessions, for ever', async () => {
  const service = startService();
  await onboarding('onboard', 'east');
  expect(await service.write('east')).toBe('written');
  expect(await onboarding('offboard', 'east')).toMatchObject({
    status: 'waiting',
    note: expect.stringContaining('sessions that were open are denied'),
  });
  expect(await service.write('east')).toBe('AccessDeniedException');
  service.sessions.forget('east');
  expect(await service.write('east')).toBe('TenantNotActive');
  expect(await onboarding('resume', 'east')).toMatchObject({ status: 'failed' });
  expect(await service.write('east')).toBe('TenantNotActive');
});
