import { countOf, withoutCapacity } from './metered-reply';

const CAPACITY = { TableName: 't', CapacityUnits: 0.5, Table: { CapacityUnits: 0.5 } };

test.each([
  ['at the end', `{"Item":{"id":{"S":"a"}},"ConsumedCapacity":${JSON.stringify(CAPACITY)}}`, '{"Item":{"id":{"S":"a"}}}'],
  ['alone', `{"ConsumedCapacity":${JSON.stringify(CAPACITY)}}`, '{}'],
  ['first', `{"ConsumedCapacity":${JSON.stringify(CAPACITY)},"Count":1}`, '{"Count":1}'],
])('the capacity %s is taken out of a reply', (_, body, rest) => {
  expect(withoutCapacity(body)).toEqual({ rest, capacity: CAPACITY });
});

test('attributes and texts with the name of the member stay', () => {
  const item = { ConsumedCapacity: { S: '"ConsumedCapacity":{}' }, m: { M: { ConsumedCapacity: { N: '1' } } } };
  const { rest, capacity } = withoutCapacity(JSON.stringify({ Items: [item], Count: 1, ConsumedCapacity: CAPACITY }));
  expect([JSON.parse(rest), capacity]).toEqual([{ Items: [item], Count: 1 }, CAPACITY]);
  expect(withoutCapacity(JSON.stringify({ Item: item })).rest).toBe(JSON.stringify({ Item: item }));
});

test('the number of items is that of the reply', () => {
  expect(countOf('{"Items":[{"Count":{"N":"7"}}],"Count":1,"ScannedCount":2}')).toBe(1);
  expect(countOf('{"Item":{"Count":{"N":"7"}}}')).toBeUndefined();
});
