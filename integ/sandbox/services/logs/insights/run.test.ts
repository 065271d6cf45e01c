import type { JsonObject } from '../../../contracts';
import { parseQuery } from './parse';
import { runQuery } from './run';

const ACCOUNT = '123456789012';

/** Messages at 0 s, 60 s, 120 s, … */
function run(query: string, messages: readonly (string | JsonObject)[], limit?: number) {
  const lines = messages.map((message, index) => ({
    ...{ at: index * 60_000, group: '/shop/orders', stream: 's' },
    message: typeof message === 'string' ? message : JSON.stringify(message),
  }));
  const { results, statistics } = runQuery(parseQuery(query), lines, ACCOUNT, limit);
  return { statistics, rows: results.map((row) => Object.fromEntries(row.map(({ field, value }) => [String(field), String(value)]))) };
}
const values = (query: string, messages: readonly JsonObject[]) => run(`fields n | ${query}`, messages).rows.map(({ n }) => n);

const ORDERS: readonly JsonObject[] = [
  { n: 1, status: 200, ms: 10, shop: 'a', item: { name: 'pen', tags: ['x', 'y'] } },
  { n: 2, status: 503, ms: 30, shop: 'b' },
  { n: 3, status: '200', ms: 20, shop: 'a', error: 'Exception: no "pen"' },
  { n: 4, ms: 40, shop: 'b' },
];

// documented: "Supported logs and discovered fields"
test('each event has its system fields, and the fields of JSON with periods and indexes', () => {
  expect(run('fields @timestamp, @log, @logStream, item.name, item.tags.1, n as number', ORDERS.slice(0, 1)).rows).toEqual([
    {
      ...{ '@timestamp': '1970-01-01 00:00:00.000', '@log': `${ACCOUNT}:/shop/orders`, '@logStream': 's' },
      ...{ 'item.name': 'pen', 'item.tags.1': 'y', number: '1' },
    },
  ]);
});

test('without fields, the result has timestamp and message', () => {
  expect(run('filter @message like "text"', ['a text', 'another one']).rows).toEqual([
    { '@timestamp': '1970-01-01 00:00:00.000', '@message': 'a text' },
  ]);
});

// documented there: "at most 200 fields"
test('the first 200 fields are discovered', () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`f${index}`, index]));
  expect(run('fields f199, f200', [many]).rows).toEqual([{ f199: '199' }]);
});

// documented: "filter"
test.each([
  ['status = 200', ['1', '3']],
  ['status = "200"', ['1', '3']],
  ['status >= 500', ['2']],
  ['ms < 30', ['1', '3']],
  ['shop in ["b", "c"]', ['2', '4']],
  ['error like "no \\"pen\\""', ['3']],
  ["error like 'Exception'", ['3']],
  ['error like "exception"', []],
  ['shop = "a" and ms > 10', ['3']],
  ['ms = 10 or ms = 40', ['1', '4']],
  ['ms = 10 or ms = 20 and shop = "b"', ['1']],
  ['(ms = 10 or ms = 30) and shop = "b"', ['2']],
  ['`item.name` = "pen"', ['1']],
  ['missing = "pen"', []],
])('filter %s', (condition, expected) => {
  expect(values(`filter ${condition} | sort n asc`, ORDERS)).toEqual(expected);
});

// documented: "sort", its example in ascending order
test('sort orders naturally, numbers last', () => {
  const ascending = ['!:', '#', '*%04', '0#', '5A', '111A', '2345_', '@', '@_', 'A', 'A9876fghj', 'a12345hfh', '0', '01', '1', '2', '3'];
  const shuffled = [...ascending].reverse().map((n) => ({ n }));
  const documented = values('sort n asc', shuffled);
  // 0, 01 and 1: numbers of the same value may have any order.
  expect(documented.filter((n) => n !== '01')).toEqual(ascending.filter((n) => n !== '01'));
  expect(values('sort n desc', shuffled).filter((n) => n !== '01')).toEqual(ascending.filter((n) => n !== '01').reverse());
});

test('sort by several fields', () => {
  expect(values('sort shop desc, ms asc', ORDERS)).toEqual(['2', '4', '1', '3']);
});

// documented: "limit"
test('limit follows the order, and without sort the newest events are returned', () => {
  expect(values('sort ms desc | limit 2', ORDERS)).toEqual(['4', '2']);
  expect(values('limit 2', ORDERS)).toEqual(['4', '3']);
  expect(run('fields n', ORDERS, 1).rows).toEqual([{ n: '4' }]);
});

// documented: "stats", "Functions used in the stats command"
test('stats over all events, and by fields and time', () => {
  expect(run('stats count(*), count(status), sum(ms), avg(ms), min(ms), max(ms), pct(ms, 75)', ORDERS).rows).toEqual([
    {
      ...{ 'count(*)': '4', 'count(status)': '3', 'sum(ms)': '100', 'avg(ms)': '25' },
      ...{ 'min(ms)': '10', 'max(ms)': '40', 'pct(ms, 75)': '30' },
    },
  ]);
  expect(run('stats count(*) as orders, max(ms) by shop | sort orders desc, shop asc', ORDERS).rows).toEqual([
    { shop: 'a', orders: '2', 'max(ms)': '20' },
    { shop: 'b', orders: '2', 'max(ms)': '40' },
  ]);
  expect(run('filter ms > 10 | stats count(*) as orders by bin(2m) | sort orders asc', ORDERS).rows).toEqual([
    { 'bin(2m)': '1970-01-01 00:00:00.000', orders: '1' },
    { 'bin(2m)': '1970-01-01 00:02:00.000', orders: '2' },
  ]);
});

test('statistics have what was scanned and matched', () => {
  expect(run('filter @message like "b" | limit 1', ['a', 'bc', 'b']).statistics).toEqual({
    recordsMatched: 2,
    recordsScanned: 3,
    bytesScanned: 4,
  });
});

test.each([
  ['parse @message "* *" as a, b', 'does not support the command parse: it has fields, filter, sort, limit, stats'],
  ['constructor a', 'does not support the command constructor'],
  ['filter a like /b/', 'does not support regular expressions'],
  ['filter a =~ "b"', 'does not support =~ after a: it has = < <= > >= like in'],
  ['filter a != "b"', 'does not support !=: AWS does not document'],
  ['filter not a = "b"', 'does not support not'],
  ['filter strlen(a) > 1', 'does not support the function strlen here'],
  ['filter a = b', 'Expected a text in quotes or a number, found b'],
  ['fields @requestId', 'does not have the field @requestId'],
  ['fields a-b', 'a-b is no name of a field: put it in backticks'],
  ['stats median(a)', 'does not support the function median in stats'],
  ['stats pct(a, 101)', '101 is not between 0 and 100'],
  ['stats count(*) by bin(5y)', 'bin(5y): expected a number and s, m, h or d'],
  ['stats count(*) as n | stats max(n)', 'supports one stats command'],
  ['sort a', 'add asc or desc'],
  ['limit 0', 'limit 0: expected 1 to 100000'],
  ['filter a = "b', 'has no closing "'],
  ['filter a = "b" c', 'Expected the end of the query or |, found c'],
  ['filter (a = 1', 'Expected ), found the end of the query'],
  [`filter ${'('.repeat(4_000)}a = 1`, 'at most 100 nested parentheses'],
  ['', 'Expected a command, found the end of the query'],
  ['fields a + 1', 'Unexpected +'],
])('%s is rejected', (query, message) => {
  expect(() => parseQuery(query)).toThrow(message);
});

test('comments are left out', () => {
  expect(values('sort n asc # | limit 1\n| limit 2', ORDERS)).toEqual(['1', '2']);
});
