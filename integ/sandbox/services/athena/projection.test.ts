import type { JsonObject } from '../../contracts';
import { type Conditions, partitionsOf } from './projection';

const now = Date.UTC(2026, 10, 29, 12);
const table = (keys: Record<string, string>, parameters: JsonObject): JsonObject => ({
  PartitionKeys: Object.entries(keys).map(([Name, Type]) => ({ Name, Type })),
  Parameters: { 'projection.enabled': 'true', ...parameters },
  StorageDescriptor: { Location: 's3://lake/data' },
});
const values = (type: string, parameters: Record<string, string>, conditions: Conditions = {}) =>
  partitionsOf(
    table({ p: type }, Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`projection.p.${name}`, value]))),
    conditions,
    now,
  ).map((partition) => partition.values.p);
const equal = (...wanted: string[]): Conditions => ({ p: [{ operator: 'in', values: wanted }] });

// documented: "Supported types for partition projection" (Amazon Athena User Guide)
describe('a projection', () => {
  test.each<[string, string, Record<string, string>, Conditions, string[]]>([
    ['enum', 'string', { type: 'enum', values: 'a, b,c' }, {}, ['a', 'b', 'c']],
    ['enum with a condition', 'string', { type: 'enum', values: 'a,b' }, equal('b', 'z'), ['b']],
    ['integer', 'int', { type: 'integer', range: '1,3' }, {}, ['1', '2', '3']],
    ['integer with digits and an interval', 'int', { type: 'integer', range: '8,12', digits: '2', interval: '2' }, {}, ['08', '10', '12']],
    [
      'integer of an int column compares numbers',
      'int',
      { type: 'integer', range: '8,12', digits: '2' },
      { p: [{ operator: 'gt', values: ['9'] }] },
      ['10', '11', '12'],
    ],
    ['integer of a string column compares texts', 'string', { type: 'integer', range: '8,9', digits: '2' }, equal('8'), []],
    [
      'two conditions',
      'int',
      { type: 'integer', range: '1,12' },
      {
        p: [
          { operator: 'gte', values: ['3'] },
          { operator: 'lte', values: ['4'] },
        ],
      },
      ['3', '4'],
    ],
    [
      'date by day',
      'string',
      { type: 'date', range: '2026-02-27,2026-03-01', format: 'yyyy-MM-dd' },
      {},
      ['2026-02-27', '2026-02-28', '2026-03-01'],
    ],
    [
      'date by month until now',
      'string',
      { type: 'date', range: 'NOW-2MONTHS,NOW', format: 'yyyy/MM' },
      {},
      ['2026/09', '2026/10', '2026/11'],
    ],
    [
      'date by hour',
      'string',
      { type: 'date', range: '2026-01-01-22,2026-01-02-01', format: 'yyyy-MM-dd-HH', interval: '1', 'interval.unit': 'HOURS' },
      { p: [{ operator: 'lt', values: ['2026-01-02'] }] },
      ['2026-01-01-22', '2026-01-01-23'],
    ],
    ['injected', 'string', { type: 'injected' }, equal('s2', 's1'), ['s2', 's1']],
    [
      'injected with two conditions',
      'string',
      { type: 'injected' },
      {
        p: [
          { operator: 'in', values: ['a', 'b'] },
          { operator: 'in', values: ['b'] },
        ],
      },
      ['b'],
    ],
  ])('%s', (_name, type, parameters, conditions, expected) => {
    expect(values(type, parameters, conditions)).toEqual(expected);
  });

  test.each<[string, Record<string, string>, Conditions, string]>([
    [
      'injected without an equality',
      { type: 'injected' },
      { p: [{ operator: 'gt', values: ['a'] }] },
      'CONSTRAINT_VIOLATION: For the injected projected partition column p, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.',
    ],
    ['an unknown type', { type: 'list' }, {}, 'INVALID_TABLE_PROPERTY: projection.p.type is list'],
    ['a missing type', {}, {}, 'INVALID_TABLE_PROPERTY: The table property projection.p.type is missing'],
    ['an integer without a range', { type: 'integer' }, {}, 'The table property projection.p.range is missing'],
    ['a range that is no number', { type: 'integer', range: 'a,b' }, {}, 'The integer range a,b is not valid'],
    ['a date range in another format', { type: 'date', range: '2026,2027', format: 'yyyy-MM-dd' }, {}, 'does not match the format'],
    ['too many partitions', { type: 'integer', range: '1,2000000' }, {}, 'QUERY_EXCEEDED_LIMIT'],
  ])('%s is rejected', (_name, parameters, conditions, message) => {
    expect(() => values('int', parameters, conditions)).toThrow(message);
  });

  test('of several columns has the locations of the template, or else those of Hive', () => {
    const keys = { tenant: 'string', year: 'int' };
    const parameters = {
      'projection.tenant.type': 'enum',
      'projection.tenant.values': 'a,b',
      'projection.year.type': 'integer',
      'projection.year.range': '2025,2026',
    };
    const conditions: Conditions = { tenant: [{ operator: 'in', values: ['a'] }] };
    expect(partitionsOf(table(keys, parameters), conditions, now)).toEqual([
      { values: { tenant: 'a', year: '2025' }, location: 's3://lake/data/tenant=a/year=2025/' },
      { values: { tenant: 'a', year: '2026' }, location: 's3://lake/data/tenant=a/year=2026/' },
    ]);
    const template = { 'storage.location.template': 's3://lake/${year}/${tenant}' };
    expect(partitionsOf(table(keys, { ...parameters, ...template }), conditions, now)[0].location).toBe('s3://lake/2025/a/');
  });
});
