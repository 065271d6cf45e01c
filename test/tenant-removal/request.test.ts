import { readRequest } from '../../src/tenant-removal/lambda/request';

const request = { action: 'remove', tenant: 'north-high', requestedBy: 'TICKET-1', reason: 'end of contract' };

test('valid requests', () => {
  expect(readRequest(request)).toEqual(request);
  expect(readRequest({ action: 'count', tenant: 'north-high' })).toEqual({ action: 'count', tenant: 'north-high' });
  expect(readRequest({ continue: true })).toBeUndefined();
});

test.each<[unknown, string]>([
  [null, 'the event must be an object'],
  [[], 'the event must be an object'],
  [{}, 'action must be count or remove'],
  [{ ...request, action: 'delete' }, 'action must be count or remove'],
  [{ ...request, tenant: 'North' }, 'tenant must match ^[a-z0-9-]{3,64}$'],
  [{ ...request, force: true }, 'the fields of remove are action, tenant, requestedBy, reason: 1 others are there'],
  [{ ...request, action: 'count' }, 'the fields of count are action, tenant: 2 others are there'],
  [{ ...request, continue: true }, 'the fields of remove are'],
  [{ ...request, requestedBy: ' ' }, 'requestedBy must be a text of 1 to 1000 characters'],
  [{ ...request, reason: undefined }, 'reason must be a text of 1 to 1000 characters'],
  [{ ...request, reason: 'x'.repeat(1_001) }, 'reason must be a text of 1 to 1000 characters'],
])('%j is an error', (event, message) => {
  expect(() => readRequest(event)).toThrow(expect.objectContaining({ name: 'InvalidRequest', message: expect.stringContaining(message) }));
});
