import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DataDestruction, IndexWriters, KeyTemplate, Tenancy, TenantRole, TenantTable, Tier } from '../src';
import { indexKinds } from './constructs/fixtures/index-kinds';

/** Whether one tenant's session can write into another's partition, for each kind of index: a-10 writes, a-1 reads. */
const app = new App();
const stack = new Stack(app, 'TenantTableIndexes');
DataDestruction.allow(stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const table = new TenantTable(stack, 'Data', {
  tenancy,
  removalPolicy: RemovalPolicy.DESTROY,
  indexes: Object.values(indexKinds({ IndexWriters, KeyTemplate })),
});
const tenants = new TenantRole(stack, 'Tenants', { tenancy });
table.grants.tenantReadWrite(tenants);
const sessions = new LambdaFunction(stack, 'Sessions', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(readFileSync(join(__dirname, 'constructs', 'fixtures', 'tenant-session.cjs'), 'utf8')),
  timeout: Duration.seconds(30),
  environment: { TENANT_ROLE_ARN: tenants.role.roleArn },
});
tenants.grants.openSessions(sessions);
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const TableName = table.table.tableName;
const denied = '"AccessDeniedException"';
const done = '"done"';
const asks = (tenant: string, command: string, input: object, outcome: string, atLeast = 0) =>
  assertions
    .invokeFunction({ functionName: sessions.functionName, payload: JSON.stringify({ tenant, command, input, atLeast }) })
    .expect(ExpectedResult.objectLike({ Payload: outcome }));

const text = (S: string) => ({ S });
const key = (sk: string, pk = 'a-10#LIST') => ({ pk: text(pk), sk: text(sk) });
const put = (sk: string, more: object) => ({ TableName, Item: { ...key(sk), ...more } });
const update = (sk: string, name: string, value: string) => ({
  TableName,
  Key: key(sk),
  UpdateExpression: 'SET #name = :value',
  ExpressionAttributeNames: { '#name': name },
  ExpressionAttributeValues: { ':value': text(value) },
});
const batch = (sk: string, more: object) => ({ RequestItems: { [TableName]: [{ PutRequest: { Item: { ...key(sk), ...more } } }] } });
const query = (index: string, name: string, value: string, more: object = {}) => ({
  TableName,
  IndexName: index,
  KeyConditionExpression: `${name} = :key`,
  ExpressionAttributeValues: { ':key': text(value) },
  ...more,
});
const own = {
  FilterExpression: 'begins_with(pk, :own)',
  ExpressionAttributeValues: { ':key': text('a-1#TEAM#A'), ':own': text('a-1#') },
};
const pagePk = text('a-1#PAGE#home');
const teamPk = text('a-1#TEAM#A');

const steps = [
  // An index with trusted writers: no operation can set its key. Other attributes can be written and removed.
  asks('a-10', 'PutItem', put('put', { pagePk }), denied),
  asks('a-10', 'UpdateItem', update('update', 'pagePk', 'a-1#PAGE#home'), denied),
  asks('a-10', 'BatchWriteItem', batch('batch', { pagePk }), denied),
  asks('a-10', 'TransactWriteItems', { TransactItems: [{ Put: put('transaction', { pagePk }) }] }, denied),
  asks('a-10', 'PutItem', put('plain', { shelf: text('first') }), done),
  asks('a-10', 'UpdateItem', { TableName, Key: key('plain') }, done),
  asks('a-10', 'BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Key: key('plain') } }] } }, done),
  // An index with session writers: the item is there, for readers that do not filter it out.
  asks('a-10', 'PutItem', put('forged', { teamPk }), done),
  asks('a-1', 'Query', query('by-team', 'teamPk', 'a-1#TEAM#A'), '["forged"]', 1),
  asks('a-1', 'Query', query('by-team', 'teamPk', 'a-1#TEAM#A', own), '[]'),
  // No index allows reading another's partition; an index on the table's key also allows no writes into it.
  asks('a-10', 'Query', query('by-page', 'pagePk', 'a-1#PAGE#home'), denied),
  asks('a-10', 'Query', query('by-team', 'teamPk', 'a-1#TEAM#A'), denied),
  asks('a-10', 'Query', query('by-shelf', 'pk', 'a-1#LIST'), denied),
  asks('a-10', 'PutItem', { TableName, Item: { ...key('forged', 'a-1#LIST'), shelf: text('first') } }, denied),
];
steps.reduce((before, step) => before.next(step));
