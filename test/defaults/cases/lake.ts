import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  type IStreamingDataLake,
  type LakeBackfillProps,
  LakeCompaction,
  type LakeCompactionAttributes,
  type LakeCompactionProps,
  LakeErasure,
  type LakeErasureProps,
  LakeLayout,
  type LakeQuery,
  LakeSource,
  StreamingDataLake,
  type StreamingDataLakeAttributes,
  type StreamingDataLakeProps,
  type TableStreamOptions,
  TenantTable,
} from '../../../src';
import { lakeBackfill } from '../../lake-backfill/fixtures';
import { dataLake } from '../../streaming-data-lake/fixtures';
import { tenancy } from '../../tenant-isolated-api/fixtures';
import { all, type Case, define, functionArn, has, keptAsScopeSays, lacks, noKeyUse, queueArn } from './case';

/** By the name of the interface. */
export const LAKE: Readonly<Record<string, Case>> = {
  LakeBackfillProps: define<LakeBackfillProps>({
    create: (stack, props) => lakeBackfill(stack, props),
    described: {
      changedAtAttributes: (stack) => {
        const environments = all(stack, 'AWS::Lambda::Function').map(({ Environment }) => JSON.stringify(Environment));
        expect(environments.join()).toContain('TABLE_ARN');
        expect(environments.join()).toContain('"CHANGED_AT_ATTRIBUTES":"[]"');
      },
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => lakeBackfill(other));
      },
      name: (stack) => {
        const names = all(stack, 'AWS::Logs::LogGroup').map(({ LogGroupName }) => LogGroupName);
        expect(names.filter((name) => String(name).startsWith('/aws/lambda'))).toEqual([]);
      },
    },
  }),
  LakeCompactionProps: define<LakeCompactionProps>({
    create: (stack, props) => new LakeCompaction(stack, 'Compaction', { lake: dataLake(stack), ...props }),
    described: {
      schedule: has('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(0 1-5 * * ? *)', ScheduleExpressionTimezone: 'Etc/UTC' }),
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => new LakeCompaction(other, 'Compaction', { lake: dataLake(other) }));
      },
      name: (stack) => lacks('AWS::Logs::LogGroup', 'LogGroupName')(stack),
    },
  }),
  LakeCompactionAttributes: define<LakeCompactionAttributes>({
    create: (stack, given) =>
      LakeCompaction.fromLakeCompactionAttributes(stack, 'Compaction', {
        functionArn,
        deadLetterQueueArn: queueArn('dead-letters'),
        ...given,
      }),
    described: {
      encryptionKey: (stack, { deadLetterQueue }: { readonly deadLetterQueue: IQueue }) => {
        deadLetterQueue.grantConsumeMessages(new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
        noKeyUse(stack);
      },
    },
  }),
  LakeErasureProps: define<LakeErasureProps>({
    create: (stack, props) => new LakeErasure(stack, 'Erasure', { lake: dataLake(stack), ...props }),
    described: {
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => new LakeErasure(other, 'Erasure', { lake: dataLake(other) }));
      },
      name: (stack) => lacks('AWS::Logs::LogGroup', 'LogGroupName')(stack),
    },
  }),
  LakeQuery: define<LakeQuery>({
    create: (stack, query) => {
      const lake = dataLake(stack);
      lake.addQuery('query', { description: 'The grades.', sql: "SELECT 1 FROM items WHERE school = 'north'", ...query });
      return lake;
    },
    described: {
      parameters: has('AWS::Athena::NamedQuery', { Description: 'The grades.' }),
    },
  }),
  StreamingDataLakeAttributes: define<StreamingDataLakeAttributes>({
    create: (stack, attributes) =>
      StreamingDataLake.fromStreamingDataLakeAttributes(stack, 'Lake', {
        bucketArn: 'arn:aws:s3:::lake',
        pipeName: 'pipe',
        deliveryStreamName: 'delivery',
        deadLetterQueueArn: queueArn('dead-letters'),
        sourceTableName: 'data',
        databaseName: 'lake',
        tableName: 'items',
        workgroupName: 'lake',
        layout: LakeLayout.perTenant(),
        tenantNoun: 'school',
        bufferInterval: Duration.minutes(15),
        ...attributes,
      }),
    described: {
      encryptionKey: (stack, { deadLetterQueue }: IStreamingDataLake) => {
        deadLetterQueue.grantConsumeMessages(new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
        noKeyUse(stack);
      },
    },
  }),
  StreamingDataLakeProps: define<StreamingDataLakeProps>({
    create: (stack, props) => dataLake(stack, props),
    described: {
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => dataLake(other));
      },
      name: (stack) => {
        lacks('AWS::Logs::LogGroup', 'LogGroupName')(stack);
        has('AWS::Athena::WorkGroup', { Name: 'Test-Lake-0ee8eb4e' })(stack);
        has('AWS::Glue::Database', { DatabaseInput: { Name: 'test_lake_0ee8eb4e' } })(stack);
      },
    },
  }),
  TableStreamOptions: define<TableStreamOptions>({
    create: (stack, options) => dataLake(stack, { source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy }), options) }),
  }),
};
