import { readMessage } from '../../src/buffered-ingest-path/lambda/message';
import { insertStatement } from '../../src/buffered-ingest-path/lambda/write-items';
import { destination, record } from './handler-dependencies';

const item = (...args: Parameters<typeof record>) => {
  const message = readMessage(record(...args), destination);
  if (!('item' in message)) throw new Error(message.reason);
  return message.item;
};
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('an item has its keys, origin, receiving time, expiry and body', () => {
  expect(item({ student: 's-1', page: 3 }, { idempotencyKey: 'k-1', requestId: 'chosen-1', traceparent }, 'm-1')).toEqual({
    pk: { S: 'school-1#STUDENT#s-1' },
    sk: { S: 'VISIT#k-1' },
    tenant: { S: 'school-1' },
    correlationId: { S: 'request-m-1' },
    requestId: { S: 'chosen-1' },
    traceparent: { S: traceparent },
    messageId: { S: 'm-1' },
    receivedAt: { S: '2026-09-21T14:13:20.000Z' },
    expiresAt: { N: String(1_790_000_000 + 86_400) },
    body: { M: { student: { S: 's-1' }, page: { N: '3' } } },
  });
});

test('the tenant comes from the message attribute, whatever the body contains', () => {
  expect(item({ student: 's', tenant: 'school-2', pk: 'school-2#x' }).pk).toEqual({ S: 'school-1#STUDENT#s' });
});

test('without a key from the client, the id of the request is the key, because a replayed dead letter has a new message id', () => {
  const attributes = { idempotencyKey: undefined, correlationId: 'extended-1' };
  expect(item({ student: 's' }, attributes, 'm-1').sk).toEqual({ S: 'VISIT#extended-1' });
  expect(item({ student: 's' }, attributes, 'm-2').sk).toEqual({ S: 'VISIT#extended-1' });
});

test('a request id, which callers can choose, is not part of keys: two requests with the same one are two items', () => {
  const keys = ['extended-1', 'extended-2'].map((correlationId) => item({ student: 's' }, { correlationId, requestId: 'chosen' }).sk);
  expect(keys).toEqual([{ S: 'VISIT#extended-1' }, { S: 'VISIT#extended-2' }]);
});

// The characters of base64, of its form for URLs, and its padding.
test.each(['S-D5rG9QFiAFnVg=', 'Czu_MEDMoAMF+/==', 'a+b/c==', '+/=-_'])(
  'the correlation id %j is unchanged in keys and attributes',
  (id) => {
    const templates = { ...destination.templates, gsi1sk: '{correlationId}' };
    const message = readMessage(record({ student: 's' }, { correlationId: id }), { ...destination, templates });
    expect(message).toMatchObject({
      origin: { correlationId: id },
      item: { sk: { S: `VISIT#${id}` }, gsi1sk: { S: id }, correlationId: { S: id } },
    });
  },
);

test('a message that did not come from an API has its own id as the correlation id', () => {
  expect(item({ student: 's' }, { correlationId: undefined }, 'm-9')).toMatchObject({
    sk: { S: 'VISIT#m-9' },
    correlationId: { S: 'm-9' },
  });
});

test.each([undefined, 'soon', '99999999999999999999'])(
  'with the receiving time %s, a message uses the time at which it was sent',
  (receivedAt) => {
    expect(item({ student: 's' }, { receivedAt }).receivedAt).toEqual({ S: '2026-09-21T14:13:20.250Z' });
  },
);

test('numbers in keys that are equal as doubles stay different', () => {
  expect(item('{"student":9007199254740992}').pk).not.toEqual(item('{"student":9007199254740993}').pk);
});

test('attributes for indexes are built like the keys', () => {
  const templates = { ...destination.templates, gsi1pk: '{tenant}#DAY#{body.day}' };
  const message = readMessage(record({ student: 's', day: '2026-11-22' }), { ...destination, templates });
  expect(message).toMatchObject({ item: { gsi1pk: { S: 'school-1#DAY#2026-11-22' } } });
});

describe('an optional key of an index', () => {
  const templates = { ...destination.templates, gsi1pk: '{tenant}#DAY#{body.day}#{body.hour}' };
  const read = (body: object) => readMessage(record(body), { ...destination, templates, optionalKeys: ['gsi1pk'] });

  test('is set if the body has its values', () => {
    expect(read({ student: 's', day: 'Monday', hour: 10 })).toMatchObject({ item: { gsi1pk: { S: 'school-1#DAY#Monday#10' } } });
  });

  test.each([{}, { day: 'Monday' }, { hour: 10 }])('is omitted if the body only has %j, and the item is still stored', (parts) => {
    const message = read({ student: 's', ...parts });
    expect(message).toMatchObject({ item: { pk: { S: 'school-1#STUDENT#s' } } });
    expect(message).not.toHaveProperty('item.gsi1pk');
  });

  test('with an invalid value is still an error', () => {
    expect(read({ student: 's', day: null, hour: 10 })).toMatchObject({ errorCode: 'InvalidKey' });
  });

  test('is not a key that the table needs', () => {
    expect(readMessage(record({}), { ...destination, optionalKeys: ['gsi1pk'] })).toMatchObject({ errorCode: 'InvalidKey' });
  });
});

test.each([
  ['pk', 2_048, (length: number) => record({ student: 'x'.repeat(length - 'school-1#STUDENT#'.length) })],
  ['sk', 1_024, (length: number) => record({ student: 's' }, { idempotencyKey: 'x'.repeat(length - 'VISIT#'.length) })],
  ['gsi1sk', 1_024, (length: number) => record({ student: 's', text: 'é'.repeat(length / 2 - 1) })],
])('a key %s of over %d bytes is invalid, and DynamoDB is not called', (name, most, make) => {
  const templates = { ...destination.templates, gsi1sk: 'T#{body.text}' };
  const read = (length: number) =>
    readMessage(make(length), { ...destination, ...(name === 'gsi1sk' ? { templates, indexSortKeys: [name] } : {}) });
  expect(read(most)).toHaveProperty('item');
  expect(read(most + 2)).toMatchObject({ errorCode: 'InvalidKey', reason: `the key ${name} has more than ${most} bytes` });
});

test('without a time to live an item has no expiry', () => {
  const message = readMessage(record({ student: 's' }), { ...destination, timeToLive: undefined });
  expect('item' in message && Object.keys(message.item)).not.toContain('expiresAt');
});

test('items of a table without a sort key only have a partition key', () => {
  const templates = { pk: '{tenant}#{idempotencyKey}' };
  const first = readMessage(record({ a: 1 }, { idempotencyKey: 'k' }), { ...destination, sortKey: undefined, templates });
  const second = readMessage(record({ a: 2 }, { idempotencyKey: 'k' }), { ...destination, sortKey: undefined, templates });
  expect('key' in first && first.key).toBe('key' in second && second.key);
});

test('values are always parameters, and quotes in names are escaped', () => {
  expect(insertStatement('t', { pk: { S: "x'} --" }, "it's": { N: '1' } })).toEqual({
    Statement: `INSERT INTO "t" VALUE {'pk': ?, 'it''s': ?}`,
    Parameters: [{ S: "x'} --" }, { N: '1' }],
  });
});
