import { RemovalPolicy, type Stack, TimeZone } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LakeCompaction } from '../../src';
import { notified } from '../notified';
import { dataLake } from '../streaming-data-lake/fixtures';

export function minimal(stack: Stack): void {
  new LakeCompaction(stack, 'Compaction', { lake: dataLake(stack) });
}

export function maximal(stack: Stack): void {
  const compaction = new LakeCompaction(stack, 'Compaction', {
    lake: dataLake(stack),
    schedule: ScheduleExpression.cron({ minute: '30', hour: '3', timeZone: TimeZone.EUROPE_BERLIN }),
    name: 'compaction',
    mostNewFiles: 20,
    maxConcurrency: 10,
    encryptionKey: new Key(stack, 'OwnKey', { enableKeyRotation: true }),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  notified(stack, ...compaction.alarms.all());
}
