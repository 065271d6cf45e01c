import { readRequest } from '../../src/lake-erasure/lambda/request';

const request = {
  tenant: 'north-high',
  items: [{ partitionKey: 'north-high#STUDENT#1', wholePartition: true }],
  requestedBy: 'TICKET-1',
  reason: 'Article 17',
};
const withItems = (...items: object[]) => ({ ...request, items });
const one = { partitionKey: 'north-high#STUDENTS', sortKey: 'PROFILE#1' };

test('a valid request is returned', () => {
  expect(readRequest(request, true)).toBe(request);
  expect(readRequest(withItems(one, { partitionKey: 'north-high#EVALUATION', sortKeyPrefix: 'STUDENT#1#' }), true)).toBeDefined();
  expect(readRequest(withItems({ partitionKey: 'north-high#STUDENT#1' }), false)).toBeDefined();
});

test('all that a lake has of a tenant', () => {
  expect(readRequest({ ...request, items: 'all' }, true)).toEqual({
    ...request,
    items: [{ partitionKey: 'north-high#', wholeTenant: true }],
  });
  expect(() => readRequest({ ...request, items: 'all', reason: '' }, true)).toThrow('reason must be a text');
  expect(() => readRequest({ ...request, items: 'everything' }, true)).toThrow('items must be a list of 1 to 25 entries, or all');
  // Only in place of the list: the key of another selection cannot become a prefix.
  expect(() => readRequest(withItems({ ...one, wholeTenant: true }), true)).toThrow('items[0].* must be partitionKey');
});

test('the event of the schedule continues what is open', () => {
  expect(readRequest({ continue: true }, true)).toBeUndefined();
});

test.each<[unknown, string]>([
  [null, 'the event must be an object'],
  [[], 'the event must be an object'],
  [{}, 'tenant must match ^[a-z0-9-]{3,64}$'],
  [{ continue: true, tenant: 'north-high' }, '* must be tenant, items, requestedBy, reason: 1 other fields are there'],
  [{ ...request, tenant: 'North' }, 'tenant must match'],
  [{ ...request, all: true }, '* must be tenant, items, requestedBy, reason'],
  [{ ...request, items: [] }, 'items must be a list of 1 to 25 entries'],
  [{ ...request, items: Array(26).fill(one) }, 'items must be a list of 1 to 25 entries'],
  [{ ...request, items: [null] }, 'items[0] must be an object'],
  [{ ...request, requestedBy: undefined }, 'requestedBy must be a text of 1 to 1000 characters'],
  [{ ...request, requestedBy: ' ' }, 'requestedBy must be a text of 1 to 1000 characters'],
  [{ ...request, reason: 'x'.repeat(1_001) }, 'reason must be a text of 1 to 1000 characters'],
  [
    withItems(one, { ...one, partitionKey: 'south-high#STUDENTS' }),
    'items[1].partitionKey must be a key that begins with the tenant and #',
  ],
  [withItems({ ...one, partitionKey: 'north-high#' }), 'items[0].partitionKey must be a key that begins with the tenant and #'],
  [withItems({ ...one, partitionKey: `north-high#${'x'.repeat(2_048)}` }), 'items[0].partitionKey must be a text of 1 to 2048 bytes'],
  [withItems({ ...one, sortKey: '' }), 'items[0].sortKey must be a text of 1 to 1024 bytes'],
  [withItems({ ...one, name: 'x' }), 'items[0].* must be partitionKey, sortKey, sortKeyPrefix, wholePartition'],
  // All of a partition is never a default: it can have the items of many people.
  [withItems({ partitionKey: 'north-high#STUDENTS' }), 'items[0] must have exactly one of sortKey, sortKeyPrefix and wholePartition: true'],
  [withItems({ ...one, wholePartition: true }), 'items[0] must have exactly one of'],
  [withItems({ ...one, sortKeyPrefix: 'PROFILE' }), 'items[0] must have exactly one of'],
  [withItems({ partitionKey: 'north-high#STUDENTS', wholePartition: false }), 'items[0].wholePartition must be true or be omitted'],
])('%j is an error', (event, message) => {
  expect(() => readRequest(event, true)).toThrow(message);
});

test('a sort key is an error for a table without one', () => {
  expect(() => readRequest(withItems(one), false)).toThrow('items[0].sortKey must be omitted: items of this table have no sort key');
});

test('errors do not quote keys, because Lambda logs them', () => {
  const secret = 'south-high#STUDENT#secret';
  expect(() => readRequest(withItems({ partitionKey: secret, sortKey: secret, [secret]: 1 }), true)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  );
});
