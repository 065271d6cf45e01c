import { Duration, type Stack } from 'aws-cdk-lib';
import { type CfnLogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AuditTrail } from '../../src';
import type { RetainedStores } from '../../src/tenant-removal/settings';
import { templateOf, testStack } from '../synth';
import { removalFromAll, tenantRemoval } from './fixtures';

/** The stores in the settings of the function, by construct. */
function storesIn(stack: Stack): Record<string, Omit<RetainedStores, 'place'>> {
  const functions = Object.values(templateOf(stack).findResources('AWS::Lambda::Function'));
  const variables = functions.map(({ Properties }) => Properties.Environment?.Variables ?? {});
  const [retained] = variables.flatMap(({ RETAINED }): RetainedStores[][] => (RETAINED === undefined ? [] : [JSON.parse(RETAINED)]));
  return Object.fromEntries(retained.map(({ place, ...stores }) => [place.replace('Test/Removal', ''), stores]));
}

test('what remains of tables, lakes and syncs is listed, and what is removed from them is not', () => {
  const stack = testStack();
  removalFromAll(stack);
  expect(storesIn(stack)).toEqual({
    Data: { expires: { 'Table (backups)': 35, 'Table (stream)': 1 } },
    Erasure: { expires: { EraseFunctionLogs: 30, StartFunctionLogs: 30 } },
    Lake: { expires: { AccessLogs: 395, DeadLetterQueue: 14, DeliveryLogs: 30, PipeLogs: 30 } },
    Government: {
      expires: {
        'Table (backups)': 35,
        ...{ 'ReportBucket/lists/': 430, 'ReportBucket/results/': 120, 'ReportBucket/AccessLogs': 395, 'AuditBucket/AccessLogs': 3_683 },
        ...{ DeadLetterQueue: 14, Logs: 30 },
        ...Object.fromEntries(['Run', 'Status', 'Resolve', 'Start', 'LakeReports'].map((name) => [`${name}FunctionLogs`, 30])),
      },
      locked: { AuditBucket: 3_653 },
      kept: ['Table'],
    },
    Directory: { expires: { 'Table (backups)': 35 }, kept: ['Table'] },
    '': { expires: expect.objectContaining({ FunctionLogs: 30 }) },
  });
});

test('stores of other constructs are listed as the template has them, each once', () => {
  const stack = testStack();
  const removal = tenantRemoval(stack);
  const app = new Construct(stack, 'RemovalApp');
  const trail = new AuditTrail(app, 'Trail');
  removal.listStoresOf(trail, app);
  const logs = new LogGroup(app, 'Logs', { retention: RetentionDays.ONE_WEEK });
  (logs.node.defaultChild as CfnLogGroup).addPropertyOverride('RetentionInDays', 3);
  new LogGroup(app, 'Endless', { retention: RetentionDays.INFINITE });
  new Queue(app, 'Queue');
  new Queue(app, 'Short', { retentionPeriod: Duration.hours(25) });
  new Bucket(app, 'Files', {
    versioned: true,
    lifecycleRules: [
      { prefix: 'drafts/', expiration: Duration.days(10), noncurrentVersionExpiration: Duration.days(5) },
      { prefix: 'letters/', expiration: Duration.days(20) },
      { noncurrentVersionExpiration: Duration.days(2) },
    ],
  });
  const { App, 'App/Trail': ofTrail } = storesIn(stack);
  expect(ofTrail).toEqual({ expires: { AccessLogs: 395, Results: 31 }, locked: { Bucket: 365 } });
  expect(App).toEqual({
    expires: { Logs: 3, Queue: 4, Short: 2, 'Files/drafts/': 15, 'Files/letters/': 22 },
    kept: ['Endless', 'Files'],
  });
});

test('a queue that is listed itself has the name of the construct', () => {
  const stack = testStack();
  tenantRemoval(stack).listStoresOf(new Queue(stack, 'RemovalQueue', { retentionPeriod: Duration.days(7) }));
  expect(storesIn(stack).Queue).toEqual({ expires: { '': 7 } });
});
