import type { Item, Observer } from '../../../kit/observer';
import type { Station } from '../../../kit/request-trace/station';
import { type StreamRecord, streamRecords } from '../../../kit/stream-records';
import type { Sandbox } from '../../../sandbox';
import type { RunningPlatform } from '../platform';

/** The stream of a day may have more pages than a person waits for. */
const MAX_PAGES = 1_000;

/** The items that a request wrote. The whole table is read, which only a small one allows: on AWS, a row of the lake has the key. */
export async function itemsOf(observer: Observer, tableName: string, id: string): Promise<Item[]> {
  return (await observer.items(tableName)).filter(({ correlationId }) => correlationId?.S === id);
}

export function itemStations(items: readonly Item[]): Station[] {
  return items.map(({ pk, sk, recordedAt, registeredAt, receivedAt }) => {
    const written = recordedAt?.S ?? registeredAt?.S;
    return {
      where: 'Table',
      what: `${pk?.S} ${sk?.S}`,
      // A visit has the time at which the API received it, which is earlier.
      ...(written === undefined || receivedAt !== undefined ? {} : { at: Date.parse(written) }),
    };
  });
}

/** What a visit's item says of its message, and messages that were not stored. */
export async function queueStations(observer: Observer, platform: RunningPlatform, items: readonly Item[], id: string): Promise<Station[]> {
  const stored = items.flatMap(({ messageId, receivedAt }) =>
    messageId?.S === undefined
      ? []
      : [{ where: 'Queue', what: `message ${messageId.S}: stored, and deleted from the queue`, at: timeIn(receivedAt?.S) }],
  );
  const dead = (await observer.messages(platform.deadLetterQueueUrl)).filter(
    ({ MessageAttributes }) => MessageAttributes?.correlationId?.StringValue === id,
  );
  return [
    ...stored,
    ...dead.map(({ MessageId, Attributes }) => ({
      where: 'Queue',
      what: `message ${MessageId}: could not be stored, and is in the queue of dead letters`,
      at: Number(Attributes?.SentTimestamp),
    })),
  ];
}

function timeIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** The changes of a request in the table's stream. */
export async function streamStations(sandbox: Sandbox, tableName: string, id: string): Promise<Station[]> {
  return (await streamRecords(sandbox, tableName, MAX_PAGES)).flatMap((record) => stationOf(record, id));
}

function stationOf({ eventName, dynamodb }: StreamRecord, id: string): Station[] {
  const { ApproximateCreationDateTime: seconds, SequenceNumber, NewImage: image } = dynamodb;
  if (image?.correlationId?.S !== id) return [];
  return [{ where: 'Stream', what: `${eventName} ${image.sk?.S}, sequence number ${SequenceNumber}`, at: seconds * 1_000, toSecond: true }];
}
