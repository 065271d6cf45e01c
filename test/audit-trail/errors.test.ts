import { CfnParameter, Duration } from 'aws-cdk-lib';
import { Bucket, type ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { type AuditTrailProps, ManagementEvents } from '../../src';
import { testStack } from '../synth';
import { auditTrail } from './fixtures';

test.each<[string, AuditTrailProps, string]>([
  [
    'nothing to record',
    { managementEvents: ManagementEvents.none() },
    'invalid managementEvents ManagementEvents.none(): expected all() or',
  ],
  ['a name with capital letters', { name: 'Luca' }, 'invalid name "Luca": expected a lower-case letter, then up to 18'],
  ['a name that is too long for a bucket', { name: 'a-platform-for-schools' }, 'invalid name "a-platform-for-schools"'],
  ['no Region', { regions: [] }, 'invalid regions []: expected at least one Region'],
  ['a Region twice', { regions: ['eu-west-1', 'eu-west-1'] }, 'at least one Region, and each only once'],
  ['what is no Region', { regions: ['Europe'] }, 'invalid regions "Europe": expected names of Regions'],
  ['a list of something else', { tables: [{}] as never }, 'invalid tables'],
  ['another retention', { retention: Duration.days(30) as never }, 'expected ObjectLockRetention.governance(Duration.days(365))'],
])('%s is an error', (_, props, message) => {
  expect(() => auditTrail(testStack(), props)).toThrow(message);
});

test('a name or a retention that is known only at deployment is an error', () => {
  const stack = testStack();
  const name = new CfnParameter(stack, 'Name').valueAsString;
  expect(() => auditTrail(stack, { name })).toThrow('invalid name');
  const days = Duration.days(new CfnParameter(stack, 'Days', { type: 'Number' }).valueAsNumber);
  const retention = { mode: 'GOVERNANCE', duration: days } as ObjectLockRetention;
  expect(() => auditTrail(stack, { retention }, 'Other')).toThrow(
    'invalid retention <token>: expected a duration that is known at synthesis',
  );
});

test('more resources than CloudTrail can select are an error', () => {
  const stack = testStack();
  const buckets = Array.from({ length: 492 }, (_, at) => Bucket.fromBucketName(stack, `Bucket${at}`, `bucket-${at}`));
  expect(() => auditTrail(stack, { buckets })).toThrow('at most 491 in tables, buckets and functions together');
  expect(() => auditTrail(stack, { buckets: buckets.slice(1) }, 'Other')).not.toThrow();
});
