import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, Alias as KeyAlias } from 'aws-cdk-lib/aws-kms';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  BufferedIngestPath,
  BufferedIngestPathAlarms,
  BufferedIngestPathMetrics,
  DeadLetters,
  type IBufferedIngestPath,
  type ILakeCompaction,
  type IResilientGovSync,
  type ISecureFunction,
  type IStreamingDataLake,
  type ITenantIsolatedApi,
  type ITenantUserPool,
  LakeCompaction,
  LakeCompactionAlarms,
  LakeCompactionMetrics,
  LakeLayout,
  RecommendedAlarm,
  ResilientGovSync,
  ResilientGovSyncAlarms,
  ResilientGovSyncGrants,
  ResilientGovSyncMetrics,
  SecureFunction,
  SecureFunctionAlarms,
  SecureFunctionMetrics,
  StreamingDataLake,
  StreamingDataLakeAlarms,
  StreamingDataLakeGrants,
  StreamingDataLakeMetrics,
  TenantDirectory,
  TenantIsolatedApi,
  TenantIsolatedApiAlarms,
  TenantIsolatedApiGrants,
  TenantIsolatedApiMetrics,
  TenantUserPool,
  TenantUserPoolAlarms,
  TenantUserPoolMetrics,
} from '../src';
import { ingestPath } from './buffered-ingest-path/fixtures';
import { govSync } from './resilient-gov-sync/fixtures';
import { secureFunction } from './secure-function/fixtures';
import { dataLake } from './streaming-data-lake/fixtures';
import { policiesIn, templateOf, testApp, testStack } from './synth';
import { tenancy, tenantApi } from './tenant-isolated-api/fixtures';
import { userPool } from './tenant-user-pool/fixtures';

/** The constructs that can be monitored, created here or imported. */
interface Watched {
  readonly evaluations: ISecureFunction;
  readonly visits: IBufferedIngestPath;
  readonly api: ITenantIsolatedApi;
  readonly users: ITenantUserPool;
  readonly lake: IStreamingDataLake;
  readonly compaction: ILakeCompaction;
  readonly sync: IResilientGovSync;
}

const env = { account: '111122223333', region: 'eu-west-1' };
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const KEY = arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab');

function created(scope: Construct): Watched {
  const lake = dataLake(scope);
  return {
    evaluations: secureFunction(scope),
    visits: ingestPath(scope),
    api: tenantApi(scope),
    users: userPool(scope),
    lake,
    compaction: new LakeCompaction(scope, 'Compaction', { lake }),
    sync: govSync(scope),
  };
}

/** What another stack of the app knows by references. */
function importedFrom({ evaluations, visits, api, users, lake, compaction, sync }: Watched, scope: Construct): Watched {
  return {
    evaluations: SecureFunction.fromSecureFunctionAttributes(scope, 'Evaluations', {
      functionArn: evaluations.function.functionArn,
      deadLetterQueueArn: evaluations.deadLetterQueue?.queueArn,
    }),
    visits: BufferedIngestPath.fromBufferedIngestPathAttributes(scope, 'Visits', {
      queueArn: visits.queue.queueArn,
      retryQueueArn: visits.retryQueue.queueArn,
      deadLetterQueueArn: visits.deadLetterQueue.queueArn,
      writerArn: visits.writer.functionArn,
      timeToDeadLetter: visits.timeToDeadLetter,
    }),
    api: TenantIsolatedApi.fromTenantIsolatedApiAttributes(scope, 'Api', {
      restApiId: api.restApiId,
      restApiName: api.restApiName,
      stageName: api.stageName,
      authorizerFunctionArn: api.authorizerFunction.functionArn,
      onboardingArn: api.onboarding.functionArn,
      webAclName: api.webAclName,
    }),
    users: TenantUserPool.fromTenantUserPoolAttributes(scope, 'Users', {
      userPoolId: users.userPool.userPoolId,
      clientIds: ['client'],
      directory: users.directory,
      triggerArn: users.trigger?.functionArn,
    }),
    lake: StreamingDataLake.fromStreamingDataLakeAttributes(scope, 'Lake', {
      bucketArn: lake.bucket.bucketArn,
      pipeName: lake.pipeName,
      deliveryStreamName: lake.deliveryStreamName,
      deadLetterQueueArn: lake.deadLetterQueue.queueArn,
      sourceTableName: lake.sourceTableName,
      databaseName: lake.databaseName,
      tableName: lake.tableName,
      workgroupName: lake.workgroupName,
      layout: lake.layout,
      tenantNoun: lake.tenantNoun,
      bufferInterval: lake.bufferInterval,
    }),
    compaction: LakeCompaction.fromLakeCompactionAttributes(scope, 'Compaction', {
      functionArn: compaction.function.functionArn,
      deadLetterQueueArn: compaction.deadLetterQueue.queueArn,
    }),
    sync: ResilientGovSync.fromResilientGovSyncAttributes(scope, 'Sync', {
      stateMachineArn: sync.stateMachine.stateMachineArn,
      startFunctionArn: sync.startFunction.functionArn,
      statusFunctionArn: sync.statusFunction.functionArn,
      resolveFunctionArn: sync.resolveFunction.functionArn,
      deadLetterQueueArn: sync.deadLetterQueue.queueArn,
    }),
  };
}

/** What another app knows by values. */
function imported(scope: Construct): Watched {
  const encryptionKey = Key.fromKeyArn(scope, 'Key', KEY);
  const directory = TenantDirectory.fromTenantDirectoryAttributes(scope, 'Directory', {
    tableArn: arn('dynamodb', 'table/directory'),
    encryptionKey,
    tenancy,
  });
  return {
    evaluations: SecureFunction.fromSecureFunctionAttributes(scope, 'Evaluations', {
      functionArn: arn('lambda', 'function:evaluations'),
      deadLetterQueueArn: arn('sqs', 'failed'),
      encryptionKey,
    }),
    visits: BufferedIngestPath.fromBufferedIngestPathAttributes(scope, 'Visits', {
      queueArn: arn('sqs', 'visits'),
      retryQueueArn: arn('sqs', 'visits-retry'),
      deadLetterQueueArn: arn('sqs', 'visits-dead'),
      writerArn: arn('lambda', 'function:writer'),
      timeToDeadLetter: Duration.seconds(185),
      encryptionKey,
    }),
    api: TenantIsolatedApi.fromTenantIsolatedApiAttributes(scope, 'Api', {
      restApiId: 'a1b2c3d4e5',
      restApiName: 'Platform-Api-1a2b3c4d',
      authorizerFunctionArn: arn('lambda', 'function:authorizer'),
      onboardingArn: arn('lambda', 'function:onboarding'),
      webAclName: 'Platform-Api-Firewall',
    }),
    users: TenantUserPool.fromTenantUserPoolAttributes(scope, 'Users', {
      userPoolId: 'eu-west-1_abc',
      clientIds: ['client'],
      directory,
      triggerArn: arn('lambda', 'function:pre-token'),
    }),
    lake: StreamingDataLake.fromStreamingDataLakeAttributes(scope, 'Lake', {
      bucketArn: 'arn:aws:s3:::platform-lake',
      pipeName: 'platform-changes',
      deliveryStreamName: 'platform-delivery',
      deadLetterQueueArn: arn('sqs', 'lake-dead'),
      sourceTableName: 'platform-data',
      databaseName: 'platform_lake',
      tableName: 'items',
      workgroupName: 'platform-lake',
      layout: LakeLayout.perTenant(),
      tenantNoun: 'school',
      bufferInterval: Duration.minutes(15),
      encryptionKey,
    }),
    compaction: LakeCompaction.fromLakeCompactionAttributes(scope, 'Compaction', {
      functionArn: arn('lambda', 'function:compaction'),
      deadLetterQueueArn: arn('sqs', 'compaction-dead'),
      encryptionKey,
    }),
    sync: ResilientGovSync.fromResilientGovSyncAttributes(scope, 'Sync', {
      stateMachineArn: arn('states', 'stateMachine:government'),
      startFunctionArn: arn('lambda', 'function:start'),
      statusFunctionArn: arn('lambda', 'function:status'),
      resolveFunctionArn: arn('lambda', 'function:resolve'),
      deadLetterQueueArn: arn('sqs', 'sync-dead'),
      encryptionKey,
    }),
  };
}

const facades = ({ evaluations, visits, api, users, lake, compaction, sync }: Watched) => ({
  metrics: [
    SecureFunctionMetrics.fromSecureFunction(evaluations),
    BufferedIngestPathMetrics.fromBufferedIngestPath(visits),
    TenantIsolatedApiMetrics.fromTenantIsolatedApi(api),
    TenantUserPoolMetrics.fromTenantUserPool(users),
    StreamingDataLakeMetrics.fromStreamingDataLake(lake),
    LakeCompactionMetrics.fromLakeCompaction(compaction),
    ResilientGovSyncMetrics.fromResilientGovSync(sync),
  ],
  alarms: [
    SecureFunctionAlarms.fromSecureFunction(evaluations),
    BufferedIngestPathAlarms.fromBufferedIngestPath(visits),
    TenantIsolatedApiAlarms.fromTenantIsolatedApi(api),
    TenantUserPoolAlarms.fromTenantUserPool(users),
    StreamingDataLakeAlarms.fromStreamingDataLake(lake),
    LakeCompactionAlarms.fromLakeCompaction(compaction),
    ResilientGovSyncAlarms.fromResilientGovSync(sync),
  ],
});

/** Each `metricX` of each facade, as an alarm of its template would have it. */
function metricsOf(watched: Watched): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const facade of facades(watched).metrics) {
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(facade)).filter((name) => name.startsWith('metric'));
    for (const name of names) {
      const metric = (facade as unknown as Record<string, () => IMetric>)[name]();
      found.set(`${facade.constructor.name}.${name}`, metric.toMetricConfig());
    }
  }
  return found;
}

/** Dimensions, as they are when everything that is referred to has its name. */
function dimensions(metrics: Map<string, unknown>): string[] {
  return [...metrics].map(([name, config]) => {
    const { metricStat, mathExpression } = config as {
      metricStat?: { namespace: string; metricName: string; statistic: string; dimensions: { name: string }[] };
      mathExpression?: { expression: string };
    };
    const parts = metricStat && [
      metricStat.namespace,
      metricStat.metricName,
      metricStat.statistic,
      ...metricStat.dimensions.map((one) => one.name),
    ];
    return [name, ...(parts ?? [mathExpression?.expression])].join(' ');
  });
}

describe.each([
  [
    'in a second stack of the app',
    (): [Watched, Watched, Stack] => {
      const app = testApp();
      const owner = created(new Stack(app, 'Platform', { env }));
      const stack = new Stack(app, 'Watch', { env });
      return [owner, importedFrom(owner, stack), stack];
    },
  ],
  [
    'in a second app',
    (): [Watched, Watched, Stack] => {
      const stack = new Stack(testApp(), 'Watch', { env });
      return [created(testStack({ env })), imported(stack), stack];
    },
  ],
])('constructs that are imported %s', (_, make) => {
  test('have the same metrics as where they are created', () => {
    const [owner, copy] = make();
    expect(metricsOf(copy).size).toBeGreaterThan(25);
    expect(dimensions(metricsOf(copy))).toEqual(dimensions(metricsOf(owner)));
  });

  test('have the same alarms, but only if they are created explicitly', () => {
    const [owner, copy, stack] = make();
    expect(RecommendedAlarm.createAll(stack)).toEqual([]);
    const told = (watched: Watched) =>
      facades(watched).alarms.flatMap(({ recommended }) => recommended.map(({ name, threshold, reason }) => ({ name, threshold, reason })));
    expect(told(copy)).toEqual(told(owner));
    const alarms = facades(copy).alarms.flatMap((facade) => facade.all());
    expect(alarms).toHaveLength(told(owner).length);
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', alarms.length);
  });
});

test('alarms of a second app name the resources that they monitor', () => {
  const stack = new Stack(testApp(), 'Watch', { env });
  const { visits, api, evaluations, users, lake } = imported(stack);
  BufferedIngestPathAlarms.fromBufferedIngestPath(visits).oldestMessageAge();
  TenantIsolatedApiAlarms.fromTenantIsolatedApi(api).serverErrorShare();
  SecureFunctionAlarms.fromSecureFunction(evaluations).deadLetters();
  TenantUserPoolAlarms.fromTenantUserPool(users).tokenFailures();
  StreamingDataLakeAlarms.fromStreamingDataLake(lake).quarantined();
  const text = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  for (const value of ['visits', 'failed', 'Platform-Api-1a2b3c4d', 'prod', 'pre-token', 'platform-lake'])
    expect(text).toContain(`"Value":"${value}"`);
  expect(text).toContain('"Threshold":185');
});

test('a second app can grant invoking, replaying, onboarding and queries', () => {
  const stack = new Stack(testApp(), 'Watch', { env });
  const { visits, api, evaluations, lake } = imported(stack);
  const role = new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  evaluations.function.grantInvoke(role);
  visits.deadLetterQueue.grantConsumeMessages(role);
  visits.retryQueue.grantSendMessages(role);
  TenantIsolatedApiGrants.fromTenantIsolatedApi(api).onboard(role);
  StreamingDataLakeGrants.fromStreamingDataLake(lake).queryAllTenants(role);
  const statements = Object.values(policiesIn(Template.fromStack(stack))).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const allowed = (action: string) =>
    statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => Resource);
  expect(allowed('lambda:InvokeFunction')).toEqual(
    expect.arrayContaining([arn('lambda', 'function:evaluations'), arn('lambda', 'function:onboarding')]),
  );
  expect(allowed('sqs:ReceiveMessage')).toEqual([arn('sqs', 'visits-dead')]);
  expect(allowed('sqs:SendMessage')).toEqual([arn('sqs', 'visits-retry')]);
  expect(JSON.stringify(allowed('athena:StartQueryExecution'))).toContain(':athena:eu-west-1:111122223333:workgroup/platform-lake');
  expect(allowed('kms:Decrypt')).toEqual(expect.arrayContaining([KEY]));
});

test('a second app can grant starting, seeing and deciding of a sync, and shows its status', () => {
  const stack = new Stack(testApp(), 'Watch', { env });
  const { sync } = imported(stack);
  const role = new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  const grants = ResilientGovSyncGrants.fromResilientGovSync(sync);
  for (const grant of [grants.start(role), grants.readStatus(role), grants.replay(role)]) expect(grant.success).toBe(true);
  const [{ Properties }] = Object.values(policiesIn(Template.fromStack(stack)));
  expect(Properties.PolicyDocument.Statement).toEqual(
    ['start', 'status', 'resolve'].map((name) => ({
      ...{ Effect: 'Allow', Action: 'lambda:InvokeFunction' },
      Resource: arn('lambda', `function:${name}`),
    })),
  );
  const metrics = ResilientGovSyncMetrics.fromResilientGovSync(sync);
  expect(JSON.stringify(stack.resolve(metrics.statusWidget().toJson()))).toContain(arn('lambda', 'function:status'));
  expect(JSON.stringify(stack.resolve(metrics.metricFailedAttempts().toMetricConfig()))).toContain('stateMachine:government');
  expect(() => ResilientGovSync.fromResilientGovSyncAttributes(stack, 'Bare', {} as never)).toThrow(
    'Watch/Bare: missing stateMachineArn, startFunctionArn, statusFunctionArn, resolveFunctionArn, deadLetterQueueArn',
  );
});

describe('a missing attribute of an import is an error that names it', () => {
  const stack = testStack();

  test('a pool without its trigger', () => {
    const { users } = imported(new Construct(stack, 'One'));
    const bare = TenantUserPool.fromTenantUserPoolAttributes(stack, 'Bare', {
      userPoolId: 'eu-west-1_abc',
      clientIds: ['client'],
      directory: users.directory,
    });
    expect(() => TenantUserPoolMetrics.fromTenantUserPool(bare).metricDenied()).toThrow(
      'Test/Bare: missing triggerArn: expected the ARN of the trigger of an imported pool, for its metrics',
    );
    const alarms = TenantUserPoolAlarms.fromTenantUserPool(bare);
    expect(alarms.all()).toEqual([]);
    expect(() => alarms.triggerThrottles()).toThrow(
      'Test/Bare: missing triggerArn: expected the ARN of the trigger of an imported pool, for its alarms',
    );
  });

  test('a function without its queue, and an API without the name of its web ACL', () => {
    const fn = SecureFunction.fromSecureFunctionAttributes(stack, 'Fn', { functionArn: arn('lambda', 'function:one') });
    expect(SecureFunctionAlarms.fromSecureFunction(fn).recommended).toHaveLength(2);
    expect(() => SecureFunctionMetrics.fromSecureFunction(fn).metricDeadLetters()).toThrow(
      'Test/Fn: missing deadLetterQueue: expected DeadLetters.queue(), or deadLetterQueueArn of an imported function, for this metric',
    );
    expect(() => SecureFunctionAlarms.fromSecureFunction(fn).deadLetters()).toThrow(
      'Test/Fn: missing deadLetterQueue: expected DeadLetters.queue(), or deadLetterQueueArn of an imported function, for this alarm',
    );
    const api = TenantIsolatedApi.fromTenantIsolatedApiAttributes(stack, 'Api', {
      restApiId: 'a1b2c3d4e5',
      restApiName: 'Platform-Api',
      authorizerFunctionArn: arn('lambda', 'function:authorizer'),
      onboardingArn: arn('lambda', 'function:onboarding'),
    });
    expect(() => TenantIsolatedApiMetrics.fromTenantIsolatedApi(api).metricBlocked()).toThrow('Test/Api: missing webAclName: expected ');
  });

  test('an alias in place of a key, and a time that is not known at synthesis', () => {
    const encryptionKey = KeyAlias.fromAliasName(stack, 'Alias', 'alias/app');
    expect(() =>
      SecureFunction.fromSecureFunctionAttributes(stack, 'WithAlias', {
        functionArn: arn('lambda', 'function:one'),
        deadLetterQueueArn: arn('sqs', 'failed'),
        encryptionKey,
      }),
    ).toThrow('Test/WithAlias: invalid encryptionKey <construct Test/Alias>: expected a key, not an alias');
    const timeToDeadLetter = Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber);
    const queues = { queueArn: arn('sqs', 'a'), retryQueueArn: arn('sqs', 'b'), deadLetterQueueArn: arn('sqs', 'c') };
    expect(() =>
      BufferedIngestPath.fromBufferedIngestPathAttributes(stack, 'Late', {
        ...queues,
        writerArn: arn('lambda', 'function:w'),
        timeToDeadLetter,
      }),
    ).toThrow('Test/Late: invalid timeToDeadLetter <token>: expected a duration that is known at synthesis');
  });
});

describe('a function of this app', () => {
  test('has versions for aliases, and variables can be added later', () => {
    const stack = testStack();
    const fn = secureFunction(stack, { deadLetters: DeadLetters.none('It is only invoked synchronously.') });
    fn.addEnvironment('TENANT_ROLE_ARN', 'arn:aws:iam::111122223333:role/tenants');
    new Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
    const template = templateOf(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TENANT_ROLE_ARN: 'arn:aws:iam::111122223333:role/tenants' } },
    });
    template.hasResourceProperties('AWS::Lambda::Alias', { FunctionVersion: Match.anyValue() });
    template.resourceCountIs('AWS::Lambda::Version', 1);
  });

  test('rejects a variable that Lambda reserves', () => {
    expect(() => secureFunction(testStack()).addEnvironment('AWS_REGION', 'x')).toThrow(
      'Test/Grades: invalid environment "AWS_REGION": expected names other than those that Lambda reserves',
    );
  });
});
