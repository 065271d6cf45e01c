import { QueryCommand, type QueryCommandInput, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { ownItemsPages, ownItemsQuery, TooManyPages } from '../../src/runtime/tenant-sessions';

const input = {
  TableName: 'table',
  IndexName: 'by-course',
  KeyConditionExpression: 'coursePk = :c',
  ExpressionAttributeValues: { ':c': { S: 'north#COURSE#Maths' } },
};

test('a query of an index returns only items whose key in the table is the tenant’s own', () => {
  expect(ownItemsQuery('north', input)).toEqual({
    ...input,
    FilterExpression: 'begins_with(#ownPartition, :ownTenant)',
    ExpressionAttributeNames: { '#ownPartition': 'pk' },
    ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ':ownTenant': { S: 'north#' } },
  });
  expect(input).not.toHaveProperty('FilterExpression');
});

test('the separator is included: a-1 does not get the items of a-10', () => {
  expect(ownItemsQuery('a-1', input).ExpressionAttributeValues).toHaveProperty(':ownTenant', { S: 'a-1#' });
});

test('the caller’s own filter, names and values are kept, whatever their names', () => {
  const query = ownItemsQuery('north', {
    ...input,
    FilterExpression: '#ownPartition > :ownTenant OR attribute_not_exists(grade)',
    ExpressionAttributeNames: { '#ownPartition': 'grade' },
    ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ':ownTenant': { N: '5' } },
  });
  expect(query).toMatchObject({
    FilterExpression: '(#ownPartition > :ownTenant OR attribute_not_exists(grade)) AND begins_with(#ownPartition2, :ownTenant2)',
    ExpressionAttributeNames: { '#ownPartition': 'grade', '#ownPartition2': 'pk' },
    ExpressionAttributeValues: { ':ownTenant': { N: '5' }, ':ownTenant2': { S: 'north#' } },
  });
});

test('placeholders differ from all others in the expressions, defined or not', () => {
  const names = fc.constantFrom('', '2', '3', '23', '4');
  fc.assert(
    fc.property(fc.array(names), fc.array(names), (some, others) => {
      const ExpressionAttributeNames = Object.fromEntries(some.map((end) => [`#ownPartition${end}`, 'grade']));
      const ExpressionAttributeValues = Object.fromEntries(others.map((end) => [`:ownTenant${end}`, { N: '1' }]));
      const query: QueryCommandInput = ownItemsQuery('north', {
        ...input,
        FilterExpression: [...some.map((end) => `#ownPartition${end} = :ownTenant`), 'grade = :c'].join(' OR '),
        ExpressionAttributeNames,
        ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...ExpressionAttributeValues },
      });
      expect(query.ExpressionAttributeNames).toMatchObject(ExpressionAttributeNames);
      expect(query.ExpressionAttributeValues).toMatchObject(ExpressionAttributeValues);
      const [, name, value] = / AND begins_with\((\S+), (\S+)\)$/.exec(query.FilterExpression ?? '') ?? [];
      expect([query.ExpressionAttributeNames?.[name], query.ExpressionAttributeValues?.[value]]).toEqual(['pk', { S: 'north#' }]);
    }),
  );
});

test('values have the caller’s format: that of the plain client or of the document client', () => {
  const document = ownItemsQuery('north', { ...input, ExpressionAttributeValues: { ':c': 'north#COURSE#Maths', ':m': { S: 'a map' } } });
  expect(document.ExpressionAttributeValues).toMatchObject({ ':ownTenant': 'north#' });
  for (const key of [new Uint8Array([1]), 7, 7n]) {
    const query = ownItemsQuery('north', { ...input, ExpressionAttributeValues: { ':c': key } });
    expect(query.ExpressionAttributeValues).toMatchObject({ ':ownTenant': 'north#' });
  }
});

test('the partition key can have another name', () => {
  const query: QueryCommandInput = ownItemsQuery('north', input, { partitionKey: 'id' });
  expect(query.ExpressionAttributeNames).toEqual({ '#ownPartition': 'id' });
});

describe('where the key condition names the table’s partition key', () => {
  const by = <T>(KeyConditionExpression: string, value: T, ExpressionAttributeNames?: Record<string, string>) => ({
    ...input,
    KeyConditionExpression,
    ExpressionAttributeNames,
    ExpressionAttributeValues: { ':c': { S: 'x' }, ':pk': value },
  });

  test.each([
    ['pk = :pk AND course = :c', undefined],
    [':pk = pk', undefined],
    ['(#k = :pk) AND course = :c', { '#k': 'pk' }],
    ['coursePk = :c AND begins_with(pk, :pk)', undefined],
    ['coursePk = :c AND begins_with ( #k , :pk )', { '#k': 'pk' }],
  ])('%s: an own value needs no filter, which DynamoDB would reject', (condition, names) => {
    for (const own of [{ S: 'north#EVALUATION' }, 'north#EVALUATION', { S: 'north#' }]) {
      const query = by(condition, own, names);
      expect(ownItemsQuery('north', query)).toBe(query);
    }
    for (const other of [{ S: 'south#EVALUATION' }, 'north', { S: 'north-1#x' }, { N: '1' }, undefined, null]) {
      expect(() => ownItemsQuery('north', by(condition, other, names))).toThrow(
        'the key condition must compare pk by = or begins_with, with a value that begins with north#',
      );
    }
  });

  test.each([
    'coursePk = :c AND pk > :pk',
    'coursePk = :c AND pk BETWEEN :pk AND :c',
    'coursePk = pk',
    'coursePk = :c AND pk',
    'pk <> :pk',
  ])('%s is not supported', (condition) => {
    expect(() => ownItemsQuery('north', by(condition, { S: 'north#x' }))).toThrow('the key condition must compare pk by = or begins_with');
  });

  test('attributes with similar names are others', () => {
    const query: QueryCommandInput = by('pkx = :pk AND begins_with(#pk, :c)', { S: 'south#x' }, { '#pk': 'course' });
    expect(ownItemsQuery('north', query).FilterExpression).toBe('begins_with(#ownPartition, :ownTenant)');
  });
});

test.each(['', 'no', 'North', 'a#b', '*', 'north\n', undefined, {}])('%j is not a tenant id', (tenant) => {
  expect(() => ownItemsQuery(tenant as string, input)).toThrow("a tenant's id must match");
});

test.each(['KeyConditions', 'QueryFilter', 'ConditionalOperator', 'AttributesToGet'])('%s is not supported', (legacy) => {
  expect(() => ownItemsQuery('north', { ...input, [legacy]: {} })).toThrow(`${legacy} is not supported`);
});

test('a query needs a key condition', () => {
  expect(() => ownItemsQuery('north', { ...input, KeyConditionExpression: undefined })).toThrow('KeyConditionExpression is missing');
});

test.each(['a = :a) OR (b = :b', '(a = :a', 'a = :a)', ')('])(
  'the filter %s with unbalanced parentheses is rejected',
  (FilterExpression) => {
    expect(() => ownItemsQuery('north', { ...input, FilterExpression })).toThrow('FilterExpression has unbalanced parentheses');
  },
);

describe('pages', () => {
  const pagesOf = (...pages: Partial<QueryCommandOutput>[]) => {
    const asked: QueryCommandInput[] = [];
    const query = async (page: QueryCommandInput) => {
      asked.push(new QueryCommand(page).input);
      return pages[asked.length - 1] as QueryCommandOutput;
    };
    return { asked, query };
  };
  const key = (value: string) => ({ pk: { S: value } });

  test('follow each other, also if one is empty because of the filter', async () => {
    const { asked, query } = pagesOf(
      { Count: 1, LastEvaluatedKey: key('a') },
      { Count: 0, Items: [], LastEvaluatedKey: key('b') },
      { Count: 2 },
    );
    let count = 0;
    for await (const { Count = 0 } of ownItemsPages('north', { ...input, Select: 'COUNT' as const }, { query })) count += Count;
    expect(count).toBe(3);
    expect(asked.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, key('a'), key('b')]);
    for (const { FilterExpression, Select } of asked) {
      expect([FilterExpression, Select]).toEqual(['begins_with(#ownPartition, :ownTenant)', 'COUNT']);
    }
  });

  test('begin at the caller’s start key', async () => {
    const { asked, query } = pagesOf({});
    for await (const _ of ownItemsPages('north', { ...input, ExclusiveStartKey: key('x') }, { query })) expect(asked).toHaveLength(1);
    expect(asked[0].ExclusiveStartKey).toEqual(key('x'));
  });

  test('are limited, so that a flooded partition costs its reader no more than that', async () => {
    const { asked, query } = pagesOf(...Array.from({ length: 30 }, (_, page) => ({ LastEvaluatedKey: key(String(page)) })));
    const read = async (mostPages?: number) => {
      for await (const _ of ownItemsPages('north', input, { query, mostPages }));
    };
    await expect(read()).rejects.toThrow('the query has more than 20 pages');
    expect(asked).toHaveLength(20);
    const error = await read(3).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TooManyPages);
    expect(error).toMatchObject({ name: 'TooManyPages', lastEvaluatedKey: key('22') });
  });

  test('do not fail at exactly the limit', async () => {
    const { query } = pagesOf({ LastEvaluatedKey: key('a') }, {});
    let pages = 0;
    for await (const _ of ownItemsPages('north', input, { query, mostPages: 2 })) pages += 1;
    expect(pages).toBe(2);
  });

  test('of another tenant are not queried', async () => {
    const { asked, query } = pagesOf();
    const other = { ...input, KeyConditionExpression: 'pk = :c', ExpressionAttributeValues: { ':c': { S: 'south#x' } } };
    await expect(ownItemsPages('north', other, { query }).next()).rejects.toThrow('begins with north#');
    expect(asked).toEqual([]);
  });
});
