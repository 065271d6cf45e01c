import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml, xmlDocument } from '../../protocol/xml';
import { childText, malformed, readXml, type XmlElement } from '../../protocol/xml-reader';

/** One destination of a bucket's events. */
export interface Notification {
  readonly id: string;
  readonly kind: 'function' | 'queue' | 'topic';
  readonly arn: string;
  /** `s3:ObjectCreated:*` */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export interface NotificationConfiguration {
  readonly notifications: readonly Notification[];
  readonly eventBridge: boolean;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
/** The names of the kinds in documents: the element, and what is in it. */
const ELEMENTS = {
  function: ['CloudFunctionConfiguration', 'CloudFunction'],
  queue: ['QueueConfiguration', 'Queue'],
  topic: ['TopicConfiguration', 'Topic'],
} as const;
const KINDS = Object.keys(ELEMENTS) as Notification['kind'][];

/** Documented: "Supported event types for SQS, SNS, and Lambda" (Amazon S3 User Guide). */
const EVENTS = [
  ...['s3:ObjectCreated:*', 's3:ObjectCreated:Put', 's3:ObjectCreated:Post', 's3:ObjectCreated:Copy'],
  ...['s3:ObjectCreated:CompleteMultipartUpload', 's3:ObjectRemoved:*', 's3:ObjectRemoved:Delete', 's3:ObjectRemoved:DeleteMarkerCreated'],
];

const NOT_SENT = /^s3:(?:Object(?:Restore|Tagging|Acl)|ReducedRedundancyLostObject|Replication|Lifecycle|IntelligentTiering)/;

/**
 * Reads the document of PutBucketNotificationConfiguration.
 *
 * @throws ServiceError as S3 does, and for what the sandbox does not send
 */
export function readNotifications(body: string): NotificationConfiguration {
  const root = readXml(body);
  if (root.name !== 'NotificationConfiguration') throw malformed();
  const notifications = root.children.flatMap((child): Notification[] => {
    const kind = KINDS.find((one) => ELEMENTS[one][0] === child.name);
    if (kind !== undefined) return [readNotification(kind, child)];
    if (child.name === 'EventBridgeConfiguration') return [];
    throw new ServiceError('NotImplemented', `The sandbox does not support ${child.name} of PutBucketNotificationConfiguration`, 501);
  });
  rejectOverlaps(notifications);
  return { notifications, eventBridge: root.children.some(({ name }) => name === 'EventBridgeConfiguration') };
}

function readNotification(kind: Notification['kind'], child: XmlElement): Notification {
  const arn = childText(child, ELEMENTS[kind][1]);
  const events = child.children.filter(({ name }) => name === 'Event').map(({ text }) => text);
  if (arn === undefined || events.length === 0) throw malformed();
  const unknown = events.find((event) => !EVENTS.includes(event));
  if (unknown !== undefined && NOT_SENT.test(unknown)) {
    throw new ServiceError('NotImplemented', `The sandbox does not send the event ${unknown}`, 501);
  }
  if (unknown !== undefined) {
    throw new ServiceError('InvalidArgument', `A specified event is not supported for notifications: ${unknown}`);
  }
  return { id: childText(child, 'Id') || randomUUID(), kind, arn, events, ...readFilter(child) };
}

/** Documented: "Configuring event notifications using object key name filtering": at most one prefix and one suffix. */
function readFilter(child: XmlElement): Pick<Notification, 'prefix' | 'suffix'> {
  const rules = child.children
    .filter(({ name }) => name === 'Filter')
    .flatMap(({ children }) => children.filter(({ name }) => name === 'S3Key'))
    .flatMap(({ children }) => children.filter(({ name }) => name === 'FilterRule'));
  const valuesOf = (name: string) => rules.filter((rule) => childText(rule, 'Name')?.toLowerCase() === name);
  const [prefixes, suffixes] = [valuesOf('prefix'), valuesOf('suffix')];
  if (prefixes.length + suffixes.length < rules.length) {
    throw new ServiceError('InvalidArgument', 'filter rule name must be either prefix or suffix');
  }
  if (prefixes.length > 1 || suffixes.length > 1) {
    throw new ServiceError('InvalidArgument', 'Cannot specify more than one prefix or suffix rule in a filter.');
  }
  const value = ([rule]: readonly XmlElement[]) => (rule === undefined ? '' : (childText(rule, 'Value') ?? ''));
  return { prefix: value(prefixes), suffix: value(suffixes) };
}

/** Documented: "Examples of invalid prefix and suffix overlapping" (Amazon S3 User Guide). */
function rejectOverlaps(notifications: readonly Notification[]): void {
  const overlap = (one: Notification, other: Notification) =>
    one.events.some((event) => other.events.some((another) => covers(event, another) || covers(another, event))) &&
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix));
  if (notifications.some((one, index) => notifications.slice(index + 1).some((other) => overlap(one, other)))) {
    throw new ServiceError(
      'InvalidArgument',
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    );
  }
}

/** Whether an event of a configuration stands for another one: `s3:ObjectCreated:*` for `s3:ObjectCreated:Put`. */
function covers(event: string, other: string): boolean {
  return event === other || (event.endsWith('*') && other.startsWith(event.slice(0, -1)));
}

/** The notifications that an event of an object causes. */
export function notificationsFor({ notifications }: NotificationConfiguration, event: string, key: string): readonly Notification[] {
  return notifications.filter(
    ({ events, prefix, suffix }) => events.some((one) => covers(one, event)) && key.startsWith(prefix) && key.endsWith(suffix),
  );
}

/** The document of GetBucketNotificationConfiguration. */
export function writeNotifications({ notifications, eventBridge }: NotificationConfiguration): string {
  const rule = (name: string, value: string): Xml[] =>
    value === '' ? [] : [element('FilterRule', [element('Name', name), element('Value', value)])];
  const members = notifications.map(({ id, kind, arn, events, prefix, suffix }) => {
    const rules = [...rule('Prefix', prefix), ...rule('Suffix', suffix)];
    return element(ELEMENTS[kind][0], [
      ...[element('Id', id), element(ELEMENTS[kind][1], arn), ...events.map((event) => element('Event', event))],
      ...(rules.length === 0 ? [] : [element('Filter', [element('S3Key', rules)])]),
    ]);
  });
  return xmlDocument('NotificationConfiguration', NAMESPACE, [
    ...members,
    ...(eventBridge ? [element('EventBridgeConfiguration', '')] : []),
  ]);
}
