import { lacksValue, parseKeyTemplate, renderKey } from '../../runtime/key-template-render';
import { isTenantId } from '../../runtime/tenant-id';
import { MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../key-limits';
import type { AttributeValue } from './attribute-value';
import { type JsonBody, readBody } from './json-body';
import type { JsonPath } from './wanted-values';

/** The parts of an SQS record that the writer reads. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly SentTimestamp: string };
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string } | undefined>>;
}

/** The table that items are written to, and how their keys are built. */
export interface Destination {
  readonly tableName: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute names of the sort keys of indexes. */
  readonly indexSortKeys?: readonly string[];
  /** Key templates by attribute name, for the keys of the table and of its indexes. */
  readonly templates: Readonly<Record<string, string>>;
  /** Attribute names of keys of sparse indexes: the item gets no such key if the body lacks one of its values. */
  readonly optionalKeys?: readonly string[];
  readonly timeToLive?: { readonly attribute: string; readonly seconds: number };
}

/** How log lines identify a message. The body is never logged. */
export interface Origin {
  readonly messageId: string;
  readonly tenant?: string;
  readonly correlationId?: string;
  /** May be chosen by the caller: use it only to search logs. */
  readonly requestId?: string;
  readonly traceparent?: string;
}

/** A message that can be written. */
export interface Message {
  readonly origin: Origin & { readonly tenant: string };
  /** Two messages have the same `key` exactly when their items have the same primary key. */
  readonly key: string;
  readonly item: Readonly<Record<string, AttributeValue>>;
}

/** A message that can never be written, however often it is retried. */
export interface Unusable {
  readonly origin: Origin;
  readonly errorCode: 'InvalidTenant' | 'InvalidBody' | 'InvalidKey';
  /** What is wrong, without quoting the message. */
  readonly reason: string;
}

/** When the API received the request. Not `SentTimestamp`, which is the time of the replay if a dead letter is replayed. */
function receivedTime(given: string | undefined, record: SqsRecord): number {
  return Number(given !== undefined && /^\d{13}$/.test(given) ? given : record.attributes.SentTimestamp);
}

/** Checked before the call, because DynamoDB would reject the whole batch for one key that is too long. */
function fitting(name: string, key: string, { sortKey, indexSortKeys }: Destination): string {
  const most = name === sortKey || indexSortKeys?.includes(name) ? MAX_SORT_KEY_BYTES : MAX_PARTITION_KEY_BYTES;
  if (Buffer.byteLength(key) > most) throw new Error(`the key ${name} has more than ${most} bytes`);
  return key;
}

const paths = new WeakMap<Destination['templates'], readonly JsonPath[]>();

/** Paths of the body values that keys are built from. */
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

/** Turns a record into a message with its item, or says why it cannot be written. */
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
    // The parser's own message is not logged: it may quote the body.
    return { origin: { ...origin, tenant }, errorCode: 'InvalidBody', reason: 'the body is not a JSON object' };
  }

  const received = receivedTime(given('receivedAt'), record);
  const receivedAt = new Date(received).toISOString();
  const values = {
    tenant,
    // Without a key from the client, the id of the request: unlike the message id, it survives a replay.
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
