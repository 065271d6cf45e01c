import type { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ManagementEvents } from './management-events';

/** What a trail records. */
export interface RecordedProps {
  readonly managementEvents: ManagementEvents;
  readonly tables: readonly ITable[];
  readonly buckets: readonly IBucket[];
  readonly functions: readonly IFunction[];
}

type Selector = CfnTrail.AdvancedEventSelectorProperty;
type Field = CfnTrail.AdvancedFieldSelectorProperty;

/**
 * The advanced event selectors of a trail. Documented: "Logging data events" in the CloudTrail user guide: which fields they have, that the
 * ARN of a bucket needs a slash at its end, and that the events of a table include those of its stream.
 */
export function selectorsOf({ managementEvents: { recorded }, tables, buckets, functions }: RecordedProps): Selector[] {
  const changesOnly: Field[] = recorded === 'changes' ? [{ field: 'readOnly', equalTo: ['false'] }] : [];
  const management = recorded === 'none' ? [] : [{ name: 'Management events', fieldSelectors: [category('Management'), ...changesOnly] }];
  return [
    ...management,
    ...dataEvents('Calls to tables', 'AWS::DynamoDB::Table', [
      { field: 'resources.ARN', equalTo: tables.map(({ tableArn }) => tableArn) },
      // A consumer of a stream polls each shard four times a second. GetShardIterator, which it needs first, is recorded.
      { field: 'eventName', notEquals: ['GetRecords'] },
    ]),
    ...dataEvents('Calls to objects', 'AWS::S3::Object', [
      { field: 'resources.ARN', startsWith: buckets.map((bucket) => bucket.arnForObjects('')) },
    ]),
    ...dataEvents('Invocations of functions', 'AWS::Lambda::Function', [
      { field: 'resources.ARN', equalTo: functions.map(({ functionArn }) => functionArn) },
    ]),
  ];
}

function dataEvents(name: string, type: string, fields: Field[]): Selector[] {
  const [{ equalTo, startsWith }] = fields;
  if ((equalTo ?? startsWith ?? []).length === 0) return [];
  return [{ name, fieldSelectors: [category('Data'), { field: 'resources.type', equalTo: [type] }, ...fields] }];
}

function category(value: string): Field {
  return { field: 'eventCategory', equalTo: [value] };
}
