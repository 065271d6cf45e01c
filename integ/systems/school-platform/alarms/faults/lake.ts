import { BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { failing } from '../failing';
import type { AlarmFault } from '../fault';
import type { WatchedPlatform } from '../watched-platform';

type Item = NonNullable<PutItemCommand['input']['Item']>;

/** Firehose has so many active partitions. */
const ACTIVE_PARTITIONS = 500;
/** More than 1,000 KiB as JSON, in less than 400 KB as DynamoDB counts. */
const TOO_LARGE = { L: Array.from({ length: 125_000 }, () => ({ N: '1' })) };
const QUARANTINED = 'what could not be delivered is in quarantine';
let number = 0;

async function put({ aws, platform }: WatchedPlatform, partitionKey: string, more: Item = {}): Promise<void> {
  number += 1;
  const Item = { pk: { S: partitionKey }, sk: { S: `FAULT#${number}` }, correlationId: { S: `fault-${number}` }, ...more };
  await aws.dynamodb.send(new PutItemCommand({ TableName: platform.tableName, Item }));
}

function pipeAt({ platform, sandbox: { assembly } }: WatchedPlatform, path: string) {
  const resource = platform.resource('AWS::Pipes::Pipe', path);
  return { arn: assembly.attribute(resource, 'Arn'), roleArn: String(assembly.properties(resource).RoleArn) };
}

function deliveryRole({ platform, sandbox: { assembly } }: WatchedPlatform): string {
  const stream = platform.resource('AWS::KinesisFirehose::DeliveryStream', '/Lake/Changes/Delivery');
  const { ExtendedS3DestinationConfiguration: destination } = assembly.properties(stream) as {
    ExtendedS3DestinationConfiguration: { RoleARN: string };
  };
  return destination.RoleARN;
}

const PIPE = '/Lake/Changes/Pipe';
const DEAD_LETTER_PIPE = '/Lake/Changes/DeadLetterPipe';
const nothing = { end() {} };

export const LAKE: readonly AlarmFault[] = [
  {
    what: 'Firehose accepts nothing of the pipe',
    kind: 'slow or throttled',
    rings: ['Lake-Changes-PipeFailures'],
    mayRing: {
      'Lake-Changes-DeadLetters': 'a record that fails repeatedly becomes a dead letter',
      'Lake-Changes-Quarantined': QUARANTINED,
    },
    withinMinutes: 30,
    async begin(platform) {
      const fault = { service: 'firehose', code: 'ServiceUnavailableException', status: 503, roleArn: pipeAt(platform, PIPE).roleArn };
      return { end: failing(platform, ['PutRecordBatch'], fault) };
    },
  },
  {
    what: 'a record is larger than Firehose accepts',
    kind: 'invalid data',
    rings: ['Lake-Changes-DeadLetters'],
    mayRing: { 'Lake-Changes-Quarantined': QUARANTINED },
    withinMinutes: 60,
    async begin(platform) {
      await put(platform, `${platform.schools[0]}#STUDENT#1`, { clubs: TOO_LARGE });
      return nothing;
    },
  },
  {
    what: 'the pipe to quarantine is stopped, and a dead letter stays in the queue',
    kind: 'operators',
    rings: ['Lake-Changes-OldestDeadLetterAge'],
    mayRing: { 'Lake-Changes-DeadLetters': 'the dead letter itself', 'Lake-Changes-Quarantined': QUARANTINED },
    // The pipe tries again before the record is a dead letter.
    withinMinutes: 3 * 60,
    stepMinutes: 5,
    async begin(platform) {
      const { arn } = pipeAt(platform, DEAD_LETTER_PIPE);
      await platform.sandbox.pipes.stop(arn);
      await put(platform, `${platform.schools[0]}#STUDENT#1`, { clubs: TOO_LARGE });
      return {
        end: async () => platform.sandbox.pipes.start(arn),
      };
    },
  },
  {
    what: 'a value does not fit the type of its column',
    kind: 'invalid data',
    rings: ['Lake-Changes-ConversionFailures'],
    mayRing: { 'Lake-Changes-Quarantined': QUARANTINED },
    withinMinutes: 60,
    async begin(platform) {
      await put(platform, `${platform.schools[0]}#STUDENT#1`, { points: { N: '99999999999999' } });
      return nothing;
    },
  },
  {
    what: 'an item belongs to no school',
    kind: 'invalid data',
    rings: ['Lake-Changes-Quarantined'],
    withinMinutes: 60,
    async begin(platform) {
      await put(platform, 'GLOBAL');
      return nothing;
    },
  },
  {
    what: 'more schools change in an interval than Firehose has active partitions for',
    kind: 'full queues',
    rings: ['Lake-Changes-ActivePartitions'],
    mayRing: { 'Lake-Changes-Quarantined': QUARANTINED },
    withinMinutes: 60,
    async begin({ aws, platform, sandbox }) {
      const schools = Array.from({ length: ACTIVE_PARTITIONS + 25 }, (_, index) => `many-${index}`);
      for (let from = 0; from < schools.length; from += 25) {
        const puts = schools.slice(from, from + 25).map((school) => ({
          PutRequest: { Item: { pk: { S: `${school}#STUDENT#1` }, sk: { S: 'FAULT#many' }, correlationId: { S: school } } },
        }));
        await aws.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [platform.tableName]: puts } }));
      }
      // What found no partition is put into quarantine now, and not during the next fault.
      return { end: () => sandbox.deliveryStreams.flush() };
    },
  },
  {
    what: 'Firehose cannot write to the bucket',
    kind: 'slow or throttled',
    rings: ['Lake-Changes-Freshness'],
    withinMinutes: 90,
    stepMinutes: 5,
    async begin(platform) {
      const fault = { service: 's3', code: 'SlowDown', status: 503, roleArn: deliveryRole(platform) };
      return { end: failing(platform, ['PutObject'], fault) };
    },
  },
  {
    what: 'the pipe is stopped',
    kind: 'operators',
    rings: ['Lake-Changes-Standstill'],
    withinMinutes: 8 * 60,
    stepMinutes: 30,
    async begin(platform) {
      const { arn } = pipeAt(platform, PIPE);
      await platform.sandbox.pipes.stop(arn);
      return { end: async () => platform.sandbox.pipes.start(arn) };
    },
  },
];
