import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ACCOUNT, assemble, failure, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';

let sandbox: TestEndpoint;
let TableName: string;
let arn: string;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const encryptionKey = new kms.Key(stack, 'Key');
    const S = dynamodb.AttributeType.STRING;
    const billingMode = dynamodb.BillingMode.PAY_PER_REQUEST;
    const table = new dynamodb.Table(stack, 'Table', {
      partitionKey: { name: 'pk', type: S },
      sortKey: { name: 'sk', type: S },
      billingMode,
      encryptionKey,
    });
    table.addGlobalSecondaryIndex({ indexName: 'other', partitionKey: { name: 'gpk', type: S } });
    const role = (roleName: string) =>
      new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const writer = role('Writer');
    table.grant(writer, 'dynamodb:PartiQLInsert');
    table.grant(role('Keyless'), 'dynamodb:PartiQLInsert', 'dynamodb:PutItem');
    const tenant = role('Tenant');
    for (const grantee of [writer, tenant]) {
      encryptionKey.grantDecrypt(grantee);
    }
    const actions = [
      'GetItem',
      'BatchGetItem',
      'Query',
      'Scan',
      'PutItem',
      'UpdateItem',
      'PartiQLInsert',
      'PartiQLSelect',
      'PartiQLUpdate',
      'PartiQLDelete',
    ];
    tenant.addToPolicy(
      new iam.PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn, `${table.tableArn}/index/*`],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['t1'] }, Null: { 'dynamodb:LeadingKeys': 'false' } },
      }),
    );
  });
  sandbox = await openTestEndpoint(assembly, { engines: true });
  TableName = assembly.ref(assembly.ofType('AWS::DynamoDB::Table')[0]);
  arn = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${TableName}`;
});
afterAll(async () => {
  for (const client of clients) {
    client.destroy();
  }
  await sandbox.close();
});

function as(role: string, maxAttempts = 1): DynamoDBClient {
  const client = new DynamoDBClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: sandbox.as(role), maxAttempts });
  clients.push(client);
  return client;
}
const insert = (pk: string, sk: string) => ({
  Statement: `INSERT INTO "${TableName}" VALUE {'pk': ?, 'sk': ?}`,
  Parameters: [{ S: pk }, { S: sk }],
});
const item = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
const session = (role: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session`;

test('a denied call has the message and the code of DynamoDB (documented: Troubleshoot access denied error messages)', async () => {
  const error = await failure(as('Writer').send(new ScanCommand({ TableName })));
  expect(error.name).toBe('AccessDeniedException');
  expect(error.$metadata?.httpStatusCode).toBe(400);
  expect(error.message).toBe(
    `User: ${session('Writer')} is not authorized to perform: dynamodb:Scan on resource: ${arn} because no identity-based policy allows the dynamodb:Scan action`,
  );
  expect(sandbox.calls.at(-1)).toMatchObject({
    operation: 'Scan',
    error: 'AccessDeniedException',
    denied: { action: 'dynamodb:Scan', resource: arn },
  });
});

test('a table with a customer managed key requires kms:Decrypt of the caller (documented: Managing customer managed keys in DynamoDB)', async () => {
  const error = await failure(as('Keyless').send(new PutItemCommand({ TableName, Item: item('t1', 'keyless') })));
  expect(error.message).toMatch(
    /^KMS key access denied error: User: .* is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:/,
  );
});

describe('BatchExecuteStatement', () => {
  const batch = async (role: string, ...Statements: { Statement: string; Parameters: { S: string }[] }[]) =>
    (await as(role).send(new BatchExecuteStatementCommand({ Statements }))).Responses?.map((response) => response.Error?.Code);

  test('requires only PartiQLInsert, and is metered', async () => {
    expect(await batch('Writer', insert('t1', 'a'), insert('t2', 'a'))).toEqual([undefined, undefined]);
    expect(sandbox.calls.at(-1)).toMatchObject({ operation: 'BatchExecuteStatement', writeUnits: 2 });
  });

  test('returns AccessDenied for a denied statement and executes the others (documented: BatchStatementError)', async () => {
    expect(await batch('Tenant', insert('t1', 'b'), insert('t2', 'b'), insert('t1', 'c'))).toEqual([undefined, 'AccessDenied', undefined]);
    expect(await batch('Writer', insert('t1', 'b'), insert('t2', 'b'), insert('t1', 'c'))).toEqual([
      'DuplicateItem',
      undefined,
      'DuplicateItem',
    ]);
  });

  test("a statement that can't be parsed is not executed", async () => {
    const hidden = { Statement: `DELETE FROM "${TableName}" WHERE pk = 't2' -- AND pk = 't1'`, Parameters: [] };
    expect(await batch('Tenant', hidden)).toEqual(['ValidationError']);
  });

  test('an injected error of a statement affects only that statement', async () => {
    const stop = sandbox.endpoint.inject({
      service: 'dynamodb',
      operation: 'BatchExecuteStatement',
      code: 'ThrottlingError',
      statements: [1],
      calls: [1],
    });
    expect(await batch('Writer', insert('t1', 'd'), insert('t1', 'e'))).toEqual([undefined, 'ThrottlingError']);
    expect(await batch('Writer', insert('t1', 'd'), insert('t1', 'e'))).toEqual(['DuplicateItem', undefined]);
    stop();
  });
});

describe('dynamodb:LeadingKeys', () => {
  beforeAll(async () => {
    await as('Writer').send(new BatchExecuteStatementCommand({ Statements: [insert('t1', 'x'), insert('t2', 'x')] }));
  });
  const query = (value: string) => ({
    TableName,
    KeyConditionExpression: '(#k = :v) AND begins_with(sk, :s)',
    ExpressionAttributeNames: { '#k': 'pk' },
    ExpressionAttributeValues: { ':v': { S: value }, ':s': { S: 'x' } },
  });

  test.each<[string, (tenant: string) => object]>([
    ['GetItem', (tenant) => new GetItemCommand({ TableName, Key: item(tenant, 'x') })],
    [
      'BatchGetItem',
      (tenant) => new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [item('t1', 'x'), item(tenant, 'y')] } } }),
    ],
    ['Query', (tenant) => new QueryCommand(query(tenant))],
    [
      'Query of an index',
      (tenant) =>
        new QueryCommand({
          TableName,
          IndexName: 'other',
          KeyConditionExpression: 'gpk = :v',
          ExpressionAttributeValues: { ':v': { S: tenant } },
        }),
    ],
    ['PutItem', (tenant) => new PutItemCommand({ TableName, Item: item(tenant, 'x') })],
    ['TransactWriteItems', (tenant) => new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item(tenant, 'w') } }] })],
    [
      'ExecuteStatement, SELECT',
      (tenant) =>
        new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}" WHERE "pk" IN ['t1', ?]`, Parameters: [{ S: tenant }] }),
    ],
    [
      'ExecuteStatement, UPDATE',
      (tenant) =>
        new ExecuteStatementCommand({
          Statement: `UPDATE "${TableName}" SET a = ? WHERE pk = ? AND sk = 'x'`,
          Parameters: [{ S: 'a' }, { S: tenant }],
        }),
    ],
    [
      'ExecuteTransaction',
      (tenant) =>
        new ExecuteTransactionCommand({
          TransactStatements: [{ Statement: `DELETE FROM "${TableName}" WHERE sk = 'gone' AND pk = '${tenant}'` }],
        }),
    ],
  ])("%s: the caller's own key is allowed, another key is not", async (_, command) => {
    await as('Tenant').send(command('t1') as never);
    expect((await failure(as('Tenant').send(command('t2') as never))).name).toBe('AccessDeniedException');
  });

  test('is absent for Scan and for a SELECT without the partition key (documented: Specifying conditions: using condition keys)', async () => {
    expect((await failure(as('Tenant').send(new ScanCommand({ TableName })))).name).toBe('AccessDeniedException');
    const all = new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}" WHERE pk = 't1' OR sk = 'x'` });
    expect((await failure(as('Tenant').send(all))).name).toBe('AccessDeniedException');
  });
});

describe('faults', () => {
  // documented: Error handling with DynamoDB
  test.each([
    ['ConditionalCheckFailedException', 400],
    ['ItemCollectionSizeLimitExceededException', 400],
    ['LimitExceededException', 400],
    ['ProvisionedThroughputExceededException', 400],
    ['RequestLimitExceeded', 400],
    ['ResourceInUseException', 400],
    ['ThrottlingException', 400],
    ['TransactionConflictException', 400],
    ['UnrecognizedClientException', 400],
    ['ValidationException', 400],
    ['InternalServerError', 500],
    ['ServiceUnavailable', 503],
  ])('%s has the status %i, and nothing is executed', async (code, status) => {
    const stop = sandbox.endpoint.inject({ service: 'dynamodb', operation: 'PutItem', code, message: 'told' });
    const error = await failure(as('Tenant').send(new PutItemCommand({ TableName, Item: item('t1', code) })));
    stop();
    expect([error.name, error.message, error.$metadata?.httpStatusCode]).toEqual([code, 'told', status]);
    expect((await as('Tenant').send(new GetItemCommand({ TableName, Key: item('t1', code) }))).Item).toBeUndefined();
  });

  test('a response can be lost after the engine has executed the request', async () => {
    sandbox.endpoint.inject({ service: 'dynamodb', operation: 'PutItem', code: 'LostAnswer', calls: [1], afterwards: true });
    expect((await failure(as('Tenant').send(new PutItemCommand({ TableName, Item: item('t1', 'lost') })))).message).toMatch(
      /socket hang up|ECONNRESET/,
    );
    expect((await as('Tenant').send(new GetItemCommand({ TableName, Key: item('t1', 'lost') }))).Item).toEqual(item('t1', 'lost'));
  });

  test('only the named calls fail, so that a retry of the SDK succeeds', async () => {
    sandbox.endpoint.inject({ service: 'dynamodb', operation: 'PutItem', code: 'ThrottlingException', calls: [1] });
    const { $metadata } = await as('Tenant', 3).send(new PutItemCommand({ TableName, Item: item('t1', 'retried') }));
    expect($metadata.attempts).toBe(2);
  });
});

test('capacity is returned only if requested, and always counted', async () => {
  const put = (ReturnConsumedCapacity?: 'TOTAL') =>
    as('Tenant').send(
      new PutItemCommand({ TableName, Item: { ...item('t1', 'big'), text: { S: 'x'.repeat(3000) } }, ReturnConsumedCapacity }),
    );
  expect((await put()).ConsumedCapacity).toBeUndefined();
  expect(sandbox.calls.at(-1)?.writeUnits).toBe(3);
  expect((await put('TOTAL')).ConsumedCapacity?.CapacityUnits).toBe(3);
});

test('an unknown table is not found, and ARNs are those of the template', async () => {
  const { expiration: _, ...credentials } = sandbox.endpoint.administrator();
  const root = new DynamoDBClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(root);
  expect(await failure(root.send(new GetItemCommand({ TableName: 'Nowhere', Key: item('a', 'b') })))).toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Requested resource not found',
  });
  expect((await root.send(new DescribeTableCommand({ TableName }))).Table?.TableArn).toBe(arn);
});
