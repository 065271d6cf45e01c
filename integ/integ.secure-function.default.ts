import { join } from 'node:path';
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DataDestruction, FunctionCode, FunctionConcurrency, SecureFunction, Tenancy, TenantRole, TenantTable, Tier } from '../src';

/** The function of the README: it accesses data in tenants' sessions, and has no access with its own role. */
const app = new App();
const stack = new Stack(app, 'SecureFunctionDefault');
DataDestruction.allow(stack);
const removalPolicy = RemovalPolicy.DESTROY;
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const data = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30), removalPolicy });
const tenants = new TenantRole(stack, 'Tenants', { tenancy });
data.grants.tenantReadWrite(tenants);
const notes = new SecureFunction(stack, 'Notes', {
  code: FunctionCode.bundle(join(__dirname, 'constructs', 'fixtures', 'notes.ts')),
  concurrency: FunctionConcurrency.unreserved('A test calls it a few times; a new account has nothing to reserve.'),
  environment: { TABLE_NAME: data.table.tableName, TENANT_ROLE_ARN: tenants.role.roleArn },
  removalPolicy,
});
tenants.grants.openSessions(notes);
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const ask = (event: object, answer: unknown) =>
  assertions
    .invokeFunction({ functionName: notes.function.functionName, payload: JSON.stringify(event) })
    .expect(ExpectedResult.objectLike({ StatusCode: 200, Payload: JSON.stringify(answer) }));

const stored = ask({ school: 'harbour-school', note: 'bring a coat' }, 'stored');
const read = ask({ school: 'harbour-school' }, ['bring a coat']);
const other = ask({ school: 'hill-school' }, []);
const ownRole = ask({ school: 'harbour-school', ownRole: true }, 'AccessDeniedException');
/** The maximum retention of SQS. */
const deadLetters = assertions
  .awsApiCall('SQS', 'getQueueAttributes', {
    QueueUrl: notes.deadLetterQueue?.queueUrl,
    AttributeNames: ['MessageRetentionPeriod', 'ApproximateNumberOfMessages'],
  })
  .expect(ExpectedResult.objectLike({ Attributes: { MessageRetentionPeriod: '1209600', ApproximateNumberOfMessages: '0' } }));

stored.next(read).next(other).next(ownRole).next(deadLetters);
