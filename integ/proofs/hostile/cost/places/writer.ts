import { logLines } from '../../../../../src/buffered-ingest-path/lambda/log-lines';
import { type Destination, readMessage, type SqsRecord } from '../../../../../src/buffered-ingest-path/lambda/message';
import { processBatch } from '../../../../../src/buffered-ingest-path/lambda/process-batch';
import { TenantStates, type TenantStatesDependencies } from '../../../../../src/buffered-ingest-path/lambda/tenant-states';
import { MAX_BODY_BYTES } from '../../../../../src/buffered-ingest-path/request-template';
import { logLine } from '../../../../../src/runtime/log-line';
import { addCorrelationIds } from '../../../../../src/runtime/user-agent';
import { bundled } from '../bundles';
import { type Place, reading } from '../place';
import { filled, only, type Shape, TEXTS, VALUES, within } from '../shapes';

/** Documented: "Lambda quotas", invocation payload; an event source invokes the function when a batch reaches it. */
const LAMBDA_PAYLOAD = 6 * 1024 * 1024;
/** Documented: "Amazon SQS message quotas". */
const SQS_MESSAGE = 1024 * 1024;
/** The default batchSize of an ingest path. */
const BATCH = 50;

const templates = { pk: '{tenant}#STUDENT#{body.student}', sk: 'VISIT#{idempotencyKey}', coursePk: '{tenant}#COURSE#{body.course.name}' };
const destination: Destination = {
  tableName: 'visits',
  partitionKey: 'pk',
  sortKey: 'sk',
  templates,
  timeToLive: { attribute: 'expiresAt', seconds: 86_400 },
};

function record(body: string, number = 0, attributes: Readonly<Record<string, string>> = {}): SqsRecord {
  const all = {
    tenant: 'school-01',
    correlationId: `correlation-${number}`,
    requestId: `request-${number}`,
    receivedAt: '1790000000000',
    idempotencyKey: `key-${number}`,
    ...attributes,
  };
  return {
    messageId: `message-${number}`,
    body,
    attributes: { SentTimestamp: '1790000000000' },
    messageAttributes: Object.fromEntries(Object.entries(all).map(([name, stringValue]) => [name, { stringValue }])),
  };
}

const withValue = (value: string) => `{"student":"s","course":{"name":"c"},"n":${value}}`;

/** A batch of bodies with this total size in bytes. */
function batch(shape: Shape, tenantOf: (number: number) => string): Shape {
  return (bytes) =>
    JSON.stringify({
      Records: Array.from({ length: BATCH }, (_, number) =>
        record(withValue(shape(bytes / BATCH, number)), number, { tenant: tenantOf(number) }),
      ),
    });
}

function batches(tenantOf: (number: number) => string): Record<string, Shape> {
  const heavy = only(
    VALUES,
    'digits of a number',
    'zeros between digits',
    'small numbers',
    'numbers of 17 digits',
    'nested lists',
    'objects of one name',
    'names',
    'names far apart',
    'text of four bytes a character',
    'the most values that a map may have, and text',
  );
  return Object.fromEntries(Object.entries(heavy).map(([name, shape]) => [name, batch(shape, tenantOf)]));
}

/** As many small messages as fit into this total size in bytes. */
function many(make: (number: number) => SqsRecord): Shape {
  return (bytes) =>
    JSON.stringify(Array.from({ length: Math.ceil(bytes / Buffer.byteLength(JSON.stringify(make(1)))) }, (_, number) => make(number)));
}

const environment = {
  TABLE_NAME: 'visits',
  PARTITION_KEY: 'pk',
  SORT_KEY: 'sk',
  KEY_TEMPLATES: JSON.stringify(templates),
};
const small = withValue('1');

export const writer: readonly Place[] = [
  {
    name: 'the body of a message',
    files: ['src/buffered-ingest-path/lambda/message.ts'],
    limit: MAX_BODY_BYTES,
    limitedBy: 'the request template',
    shapes: within(VALUES, withValue),
    open: async () => reading((body) => readMessage(record(body), destination)),
  },
  {
    name: 'what keys are made of in a body',
    files: ['src/runtime/key-template-render.ts'],
    limit: MAX_BODY_BYTES,
    limitedBy: 'the request template; a schema allows less',
    shapes: within(
      only(
        VALUES,
        'digits of a number',
        'zeros between digits',
        'nested lists',
        'escapes',
        'separators',
        'text of four bytes a character',
        'text of half characters',
      ),
      (value) => `{"student":${value},"course":{"name":${value}}}`,
    ),
    open: async () => reading((body) => readMessage(record(body), destination)),
  },
  {
    name: 'the attributes of a message',
    files: ['src/buffered-ingest-path/lambda/message.ts', 'src/runtime/tenant-id.ts', 'src/runtime/user-agent.ts'],
    limit: SQS_MESSAGE,
    limitedBy: 'SQS, for who sends to the queue itself; the request template lets 128 characters in',
    shapes: TEXTS,
    open: async () =>
      reading((text) => {
        const given = ['tenant', 'idempotencyKey', 'correlationId', 'requestId', 'receivedAt', 'traceparent'];
        for (const name of given) readMessage(record(small, 0, { [name]: text }), destination);
        addCorrelationIds(() => [text])(() => undefined, {});
      }),
  },
  {
    name: 'a batch of messages, without the calls to DynamoDB',
    files: ['src/buffered-ingest-path/lambda/process-batch.ts', 'src/buffered-ingest-path/lambda/log-lines.ts', 'src/runtime/log-line.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda; with the largest batchSize',
    shapes: {
      'one key': many(() => record(small)),
      'a key each': many((number) => record(small, number)),
      'a tenant each': many((number) => record(small, number, { tenant: `school-${number}` })),
      'no tenant': many((number) => record(small, number, { tenant: '#' })),
      'no JSON': many((number) => record('{', number)),
      'no key': many((number) => record('{"student":"s"}', number)),
      'keys that are too long': many((number) => record(`{"student":"${filled(2_048, '#')}","course":{"name":"c"}}`, number)),
    },
    open: async () => ({
      prepare: (records) => JSON.parse(records),
      read: async (records) => {
        const dependencies = { send: async () => [], now: () => 0, sleep: async () => {}, random: () => 0 };
        const result = await processBatch(records as SqsRecord[], destination, 1_000, dependencies);
        return logLines(result, { functionName: 'f', invocationId: 'i', at: 0 }).map(logLine);
      },
    }),
  },
  {
    name: 'a batch of messages and the states of their tenants, without the calls to DynamoDB',
    files: ['src/buffered-ingest-path/lambda/tenant-states.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda; with the largest batchSize, for who sends to the queue itself: the API lets in tenants of the directory only',
    shapes: {
      'a tenant each': many((number) => record(small, number, { tenant: `school-${number}` })),
      'one tenant': many((number) => record(small, number)),
      'two tenants in turn': many((number) => record(small, number, { tenant: `school-${number % 2}` })),
      'tenants with long ids': many((number) => record(small, number, { tenant: filled(64, `${number}-`) })),
      'no tenant': many((number) => record(small, number, { tenant: '#' })),
      'no tenant in every other message': many((number) => record(small, number, { tenant: number % 2 === 0 ? '#' : `school-${number}` })),
      'no JSON, of a tenant each': many((number) => record('{', number, { tenant: `school-${number}` })),
    },
    open: async () => ({
      prepare: (records) => JSON.parse(records),
      read: async (records) => {
        const pace = { now: () => 0, sleep: async () => {}, random: () => 0 };
        const states = ['active', 'offboarding', 'departed'] as const;
        const read: TenantStatesDependencies['read'] = async (tenants) => ({
          found: tenants.slice(0, 90).map((tenant, at) => ({ tenant, state: states[at % 3], accessEndedAt: '1969-12-31T23:00:00.000Z' })),
          unprocessed: [],
        });
        const tenants = new TenantStates({ ...pace, read });
        const result = await processBatch(records as SqsRecord[], destination, 1_000, { ...pace, send: async () => [], tenants });
        return logLines(result, { functionName: 'f', invocationId: 'i', at: 0 }).map(logLine);
      },
    }),
  },
  {
    name: 'the batch writer',
    files: ['src/buffered-ingest-path/batch-writer.lambda.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda; 50 messages of the same size',
    shapes: batches(() => 'school-01'),
    open: async () => bundled('buffered-ingest-path/batch-writer', environment),
  },
  {
    name: 'the batch writer with a session for each tenant',
    files: ['src/buffered-ingest-path/tenant-batch-writer.lambda.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda; 50 messages of the same size, of as many tenants',
    shapes: batches((number) => `school-${number + 10}`),
    open: async () =>
      bundled('buffered-ingest-path/tenant-batch-writer', {
        ...environment,
        TENANT_ROLE_ARN: 'arn:aws:iam::111122223333:role/Writers',
        TENANT_TAG: 'school',
      }),
  },
];
