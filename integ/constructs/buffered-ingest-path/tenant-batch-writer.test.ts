import { BatchExecuteStatementCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { BufferedIngestPath, IngestKeys, Tenancy, TenantRole, TenantTable, Tier, WriterIsolation } from '../../../src';
import { insertStatement } from '../../../src/buffered-ingest-path/lambda/write-items';
import type { Call, Sandbox } from '../../sandbox';
import { readingSchema } from '../fixtures/readings-api';
import { startStack } from '../fixtures/start-stack';

// The bundled handler with the role, sessions and policies of the template, with real STS responses and a real engine.
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let writer: string;
let writerRole: string;
let tenantRole: string;
let tableName: string;
let calls: Call[];
let undo: (() => void) | undefined;
let count = 0;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Tenants', (stack) => {
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const destination = new TenantTable(stack, 'Data', { tenancy });
    const tenants = new TenantRole(stack, 'Writers', { tenancy });
    new BufferedIngestPath(stack, 'Readings', {
      destination,
      keys: IngestKeys.of({ partitionKey: '{tenant}#SENSOR#{body.sensor}', sortKey: 'READING#{idempotencyKey}' }),
      schema: readingSchema,
      isolation: WriterIsolation.perTenant(tenants),
    });
  }));
  const arnOf = (type: string, id: string): string => {
    const found = sandbox.assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
    if (found === undefined) throw new Error(`no ${type} ${id}`);
    return sandbox.assembly.attribute(found, 'Arn');
  };
  writer = arnOf('AWS::Lambda::Function', 'ReadingsWriter');
  writerRole = arnOf('AWS::IAM::Role', 'ReadingsWriterRole');
  tenantRole = arnOf('AWS::IAM::Role', 'WritersRole');
  tableName = arnOf('AWS::DynamoDB::Table', 'DataTable').replace(/^.*\//, '');
  sandbox.endpoint.onCall((call) => calls.push(call));
});
beforeEach(() => {
  calls = [];
});
afterEach(() => {
  undo?.();
  undo = undefined;
});
afterAll(async () => {
  await close?.();
});

function message(tenant: string, key = `key-${count}`) {
  const messageAttributes = { tenant: { stringValue: tenant }, idempotencyKey: { stringValue: key } };
  const body = JSON.stringify({ sensor: 'roof', celsius: 20 });
  return { messageId: `message-${count++}`, body, attributes: { SentTimestamp: '1790000000000' }, messageAttributes };
}

/** Invokes the writer with a batch, and returns the tenants whose messages failed. */
async function write(...tenants: string[]): Promise<string[]> {
  const Records = tenants.map((tenant) => message(tenant));
  const { payload, functionError } = await sandbox.functions.invoke(writer, { Records });
  expect(functionError).toBeUndefined();
  const failed = (payload as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures;
  return failed.map(({ itemIdentifier }) => tenants[Records.findIndex(({ messageId }) => messageId === itemIdentifier)]);
}

const of = (operation: string) => calls.filter((call) => call.operation === operation);
const sessions = () =>
  of('BatchExecuteStatement')
    .map(({ principal }) => principal.replace(/^.*assumed-role\/[^/]+\//, ''))
    .sort();

test('each tenant’s messages are written in its own session, which the writer’s role opens', async () => {
  expect(await write('north', 'a-1', 'north', 'a-10')).toEqual([]);
  expect(sessions()).toEqual(['a-1', 'a-10', 'north']);
  const role = tenantRole.replace(/^.*\//, '');
  expect(of('BatchExecuteStatement').every(({ principal }) => principal.includes(`:assumed-role/${role}/`))).toBe(true);
  expect(of('AssumeRole')).toHaveLength(3);
  expect(calls.filter(({ denied, error }) => denied ?? error)).toEqual([]);
});

test('an open session is reused for the next batch', async () => {
  expect(await write('north', 'a-1')).toEqual([]);
  expect(of('AssumeRole')).toHaveLength(0);
});

test('if no session can be opened, only the messages of tenants without one fail', async () => {
  undo = sandbox.endpoint.inject({ service: 'sts', operation: 'AssumeRole', code: 'AccessDenied', status: 403 });
  expect(await write('north', 'west', 'a-1', 'west')).toEqual(['west', 'west']);
  undo();
  expect(await write('west', 'west')).toEqual([]);
});

test('AssumeRole is retried if STS throttles it', async () => {
  undo = sandbox.endpoint.inject({ service: 'sts', operation: 'AssumeRole', code: 'Throttling', status: 400, calls: [1] });
  expect(await write('east')).toEqual([]);
  expect(of('AssumeRole')).toHaveLength(2);
});

test('a rejected session is not used again: its messages are retried in a new one', async () => {
  undo = sandbox.endpoint.inject({ service: 'dynamodb', operation: 'BatchExecuteStatement', code: 'ExpiredTokenException', calls: [1] });
  expect(await write('north')).toEqual(['north']);
  expect(await write('north')).toEqual([]);
  expect(of('AssumeRole')).toHaveLength(1);
});

describe('a writer with a bug', () => {
  const insert = async (credentials: DynamoDBClientConfig['credentials'], tenant: string) => {
    const client = new DynamoDBClient({ endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials });
    const item = { pk: { S: `${tenant}#SENSOR#roof` }, sk: { S: `READING#wrong-${count++}` } };
    const { Statement } = insertStatement(tableName, item);
    const Statements = [{ Statement, Parameters: Object.values(item) }];
    const { Responses } = await client.send(new BatchExecuteStatementCommand({ Statements }));
    client.destroy();
    return Responses?.[0]?.Error?.Code ?? 'written';
  };
  const own = () => {
    const { expiration: _, ...credentials } = sandbox.endpoint.assumeAsService(writerRole, 'lambda.amazonaws.com', 'writer');
    return credentials;
  };

  test('cannot write with its own role', async () => {
    expect(await insert(own(), 'north')).toBe('AccessDenied');
  });

  test('cannot write another tenant’s items in a tenant’s session', async () => {
    const sts = new STSClient({ endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials: own() });
    const Tags = [{ Key: 'school', Value: 'a-1' }];
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: tenantRole, RoleSessionName: 'a-1', Tags }));
    sts.destroy();
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    };
    expect(await insert(session, 'a-1')).toBe('written');
    expect(await insert(session, 'a-10')).toBe('AccessDenied');
    expect(await insert(session, 'north')).toBe('AccessDenied');
  });
});
