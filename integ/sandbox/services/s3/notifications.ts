import type { Assembly, Clock, Events, JsonObject, ServiceReply, ServiceRequest } from '../../contracts';
import { bridgeEvent } from './bridge-event';
import type { Bucket } from './buckets';
import type { Delivery } from './deliver';
import {
  type Notification,
  type NotificationConfiguration,
  notificationsFor,
  readNotifications,
  writeNotifications,
} from './notification-document';
import { creates, type ObjectEvent, recordOf, removals, testEvent } from './object-events';
import type { S3Request } from './read';

export interface NotificationsParts {
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly delivery: Delivery;
  /** The default bus of EventBridge. */
  events(): Events;
  /** Reports an event that is not delivered. */
  report(line: string): void;
  /** The size of an object that has just been created. */
  sizeOf(bucket: string, key: string): Promise<number | undefined>;
}

/** The event notifications of buckets. Documented: "Amazon S3 Event Notifications" (Amazon S3 User Guide). */
export interface Notifications {
  get(bucket: Bucket): ServiceReply;
  put(bucket: Bucket, request: S3Request, skipValidation: boolean): Promise<ServiceReply>;
  /** Sends the events of a request that succeeded. */
  happened(bucket: Bucket, request: ServiceRequest, read: S3Request, reply: ServiceReply): Promise<void>;
  /** Whether requests for a bucket may cause events. */
  has(bucket: string): boolean;
}

const NONE: NotificationConfiguration = { notifications: [], eventBridge: false };

export function createNotifications({ assembly, clock, delivery, events: bus, report, sizeOf }: NotificationsParts): Notifications {
  const configurations = new Map<string, NotificationConfiguration>();

  async function send(bucket: Bucket, notification: Notification, event: JsonObject): Promise<void> {
    await delivery.send(bucket.arn, notification, event).catch((error: Error) => {
      report(`${bucket.name}: an event for ${notification.arn} is lost: ${error.message}`);
    });
  }

  return {
    get: ({ name }) => reply(writeNotifications(configurations.get(name) ?? NONE)),
    async put(bucket, { body }, skipValidation) {
      const configuration = readNotifications(body.toString('utf8'));
      if (!skipValidation) for (const notification of configuration.notifications) delivery.validate(bucket.arn, notification);
      configurations.set(bucket.name, configuration);
      const tested = configuration.notifications.filter(({ kind }) => kind !== 'function');
      if (!skipValidation) await Promise.all(tested.map((one) => send(bucket, one, testEvent(bucket.name, clock.now()))));
      return reply('');
    },
    async happened(bucket, request, read, answer) {
      const configuration = configurations.get(bucket.name);
      if (configuration === undefined) return;
      const events = await eventsOf(read, answer);
      if (configuration.eventBridge)
        for (const event of events) bus().emit(bridgeEvent(assembly, bucket, read.operation.name, event, clock.now()));
      const sent = events.flatMap((event) =>
        notificationsFor(configuration, `s3:${event.name}`, event.key).map((notification) => {
          const source = { assembly, bucket, configurationId: notification.id, at: clock.now() };
          return send(bucket, notification, { Records: [recordOf(source, request, event)] });
        }),
      );
      await Promise.all(sent);
    },
    has: (bucket) => configurations.has(bucket),
  };

  async function eventsOf(read: S3Request, answer: ServiceReply): Promise<ObjectEvent[]> {
    const name = creates(read.operation.name);
    if (name === undefined) return removals(read, answer);
    const { bucket, key, operation } = read;
    const versionId = answer.headers['x-amz-version-id'];
    const tag = answer.headers.etag ?? /<ETag>(.*?)<\/ETag>/.exec(String(answer.body))?.[1];
    return [
      {
        ...{ name, key },
        size: operation.name === 'PutObject' ? read.body.length : await sizeOf(bucket, key),
        ...(tag === undefined ? {} : { eTag: tag.replace(/"|&quot;|&#34;/g, '') }),
        ...(versionId === undefined ? {} : { versionId }),
      },
    ];
  }
}

function reply(body: string): ServiceReply {
  return { status: 200, headers: body === '' ? {} : { 'content-type': 'application/xml' }, body };
}
