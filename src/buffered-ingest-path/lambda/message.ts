import { lacksValue, parseKeyTemplate, renderKey } from '../../runtime/key-template-render';
import { isTenantId } from '../../runtime/tenant-id';
import { MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../key-limits';
import type { AttributeValue } from './attribute-value';
import { type JsonBody, readBody } from './json-body';
import type { JsonPath } from './wanted-values';

/** What the writer reads of a record of the queue. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly SentTimestamp: string };
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string } | undefined>>;
}

/** Where items go and how their keys are made. */
export interface Destination {
  readonly tableName: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute names of the indexes' sort keys. */
  readonly indexSortKeys?: readonly string[];
  /** Key templates by attribute name: both keys of the table, and those of its indexes. */
  readonly templates: Readonly<Record<string, string>>;
  /** Names of those that are left out where the body lacks a part: keys of sparse indexes. */
  readonly optionalKeys?: readonly string[];
  readonly timeToLive?: { readonly attribute: string; readonly seconds: number };
}

/** What a log line says of a message: never its body. */
export interface Origin {
  readonly messageId: string;
  readonly tenant?: string;
  readonly correlationId?: string;
  /** What a caller may have chosen: for looking things up, and for nothing else. */
  readonly requestId?: string;
  readonly traceparent?: string;
}

/** A message that can be written. */
export interface Message {
  readonly origin: Origin & { readonly tenant: string };
  /** Equal for two messages exactly when their items have the same primary key. */
  readonly key: string;
  readonly item: Readonly<Record<string, AttributeValue>>;
}

/** A message that no retry can make right. */
export interface Unusable {
  readonly origin: Origin;
  readonly errorCode: 'InvalidTenant' | 'InvalidBody' | 'InvalidKey';
  /** Says what is wrong without quoting the message. */
  readonly reason: string;
}

/** When the request came in, not when this copy of it was queued: a replayed dead letter is a new message to SQS. */
function receivedTime(given: string | undefined, record: SqsRecord): number {
  return Number(given !== undefined && /^\d{13}$/.test(given) ? given : record.attributes.SentTimestamp);
}

/** DynamoDB would reject the whole call, and finding the message in it costs more calls. */
function fitting(name: string, key: string, { sortKey, indexSortKeys }: Destination): string {
  const most = name === sortKey || indexSortKeys?.includes(name) ? MAX_SORT_KEY_BYTES : MAX_PARTITION_KEY_BYTES;
  if (Buffer.byteLength(key) > most) throw new Error(`the key ${name} has more than ${most} bytes`);
  return key;
}

const paths = new WeakMap<Destination['templates'], readonly JsonPath[]>();

/** Where the values of a body are that keys are made of. */
function bodyPaths(templates: Destination['templates']): readonly JsonPath[] {
  const known = paths.get(templates) ?? Object.values(templates).flatMap(pathsOf);
  paths.set(templates, known);
  return known;
}

function pathsOf(template: string): JsonPath[] {
  return parseKeyTemplate(template).flatMap((part) => {
    const [root, ...path] = 'placeholder' in part ? part.placeholder.split('.') : [];
    return root === 'body' ? [path] : [];
  });
}

/** Turns a record into the item that it becomes, or says why it can't become one. */
export function readMessage(record: SqsRecord, destination: Destination): Message | Unusable {
  const given = (name: string) => record.messageAttributes[name]?.stringValue;
  const tenant = given('tenant');
  const origin = {
    messageId: record.messageId,
    correlationId: given('correlationId'),
    requestId: given('requestId'),
    traceparent: given('traceparent'),
  };
  if (!isTenantId(tenant)) return { origin, errorCode: 'InvalidTenant', reason: 'the attribute "tenant" is missing or not a tenant id' };

  let body: JsonBody;
  try {
    body = readBody(record.body, bodyPaths(destination.templates));
  } catch {
    // The parser's own message quotes the body.
    return { origin: { ...origin, tenant }, errorCode: 'InvalidBody', reason: 'the body is not a JSON object' };
  }

  const received = receivedTime(given('receivedAt'), record);
  const receivedAt = new Date(received).toISOString();
  const values = {
    tenant,
    // Without a key of the client's, the request itself: its id survives a replay, the message's does not.
    idempotencyKey: given('idempotencyKey') ?? origin.correlationId ?? record.messageId,
    correlationId: origin.correlationId ?? record.messageId,
    receivedAt,
    body: body.values,
  };
  const keys: Record<string, AttributeValue> = {};
  try {
    for (const [name, template] of Object.entries(destination.templates)) {
      if (destination.optionalKeys?.includes(name) && lacksValue(template, values)) continue;
      keys[name] = { S: fitting(name, renderKey(template, values), destination) };
    }
  } catch (error) {
    return { origin: { ...origin, tenant }, errorCode: 'InvalidKey', reason: (error as Error).message };
  }

  const { partitionKey, sortKey, timeToLive } = destination;
  return {
    origin: { ...origin, tenant },
    key: JSON.stringify([keys[partitionKey], sortKey === undefined ? null : keys[sortKey]]),
    item: {
      ...keys,
      tenant: { S: tenant },
      correlationId: { S: values.correlationId },
      ...(origin.requestId === undefined ? {} : { requestId: { S: origin.requestId } }),
      ...(origin.traceparent === undefined ? {} : { traceparent: { S: origin.traceparent } }),
      messageId: { S: record.messageId },
      receivedAt: { S: receivedAt },
      ...(timeToLive === undefined ? {} : { [timeToLive.attribute]: { N: String(Math.ceil(received / 1000) + timeToLive.seconds) } }),
      body: body.attribute,
    },
  };
}
