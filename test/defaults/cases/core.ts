import type { Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  type AlarmOverrides,
  type AllAlarmsOptions,
  AppKey,
  type AppKeyOptions,
  type IItemStore,
  IngestKeys,
  ItemStore,
  type TableItemStoreOptions,
} from '../../../src';
import { ingestPath } from '../../buffered-ingest-path/fixtures';
import { descriptionOf } from '../../notified';
import { secureFunction } from '../../secure-function/fixtures';
import { testStack } from '../../synth';

import { type Case, define, has, lacks, noVariable, variables } from './case';

const text = (name: string) => ({ name, type: AttributeType.STRING });

const byRequest = IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' });

/** An ingest path into a table that is described by these options. */
function intoStore(stack: Stack, options: Partial<TableItemStoreOptions>): IItemStore {
  const table = new Table(stack, 'Table', { partitionKey: text('pk'), timeToLiveAttribute: options.timeToLiveAttribute });
  const destination = ItemStore.fromTable(table, { partitionKeyName: 'pk', ...options });
  ingestPath(stack, { destination, keys: byRequest });
  return destination;
}

/** By the name of the interface. */
export const CORE: Readonly<Record<string, Case>> = {
  AlarmActions: define({
    create: (stack, actions) => secureFunction(stack).alarms.all({ actions, okActions: actions }),
  }),
  AlarmOverrides: define<AlarmOverrides>({
    create: (stack, overrides) => {
      const construct = secureFunction(stack);
      const alarm = construct.alarms.errors(overrides);
      return construct.recommendedAlarms.find(
        (recommended) =>
          descriptionOf(recommended) === (alarm.node.defaultChild as { alarmDescription?: string } | undefined)?.alarmDescription,
      );
    },
    described: {
      threshold: (stack, { threshold }: AlarmOverrides) => has('AWS::CloudWatch::Alarm', { Threshold: threshold })(stack),
      evaluationPeriods: (stack, { evaluationPeriods }: AlarmOverrides) =>
        has('AWS::CloudWatch::Alarm', { EvaluationPeriods: evaluationPeriods })(stack),
      // Documented: CloudWatch evaluates as M out of N only if DatapointsToAlarm is given.
      datapointsToAlarm: lacks('AWS::CloudWatch::Alarm', 'DatapointsToAlarm'),
      alarmName: lacks('AWS::CloudWatch::Alarm', 'AlarmName'),
    },
  }),
  AllAlarmsOptions: define<AllAlarmsOptions>({
    create: (stack, options) => secureFunction(stack).alarms.all(options),
    described: { actions: lacks('AWS::CloudWatch::Alarm', 'AlarmActions'), okActions: lacks('AWS::CloudWatch::Alarm', 'OKActions') },
  }),
  AppKeyOptions: define<AppKeyOptions>({ create: AppKey.create }),
  TableItemStoreOptions: define<TableItemStoreOptions>({
    create: intoStore,
    described: {
      sortKeyName: noVariable('SORT_KEY'),
      timeToLiveAttribute: noVariable('TIME_TO_LIVE_ATTRIBUTE'),
      timeToLive: () => {
        const stack = testStack();
        intoStore(stack, { timeToLiveAttribute: 'expiresAt' });
        noVariable('TIME_TO_LIVE_SECONDS')(stack);
      },
      indexKeys: (stack) => expect(Object.keys(JSON.parse(variables(stack).KEY_TEMPLATES))).toEqual(['pk']),
      indexSortKeys: noVariable('INDEX_SORT_KEYS'),
    },
  }),
};
