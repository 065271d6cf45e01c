import { join } from 'node:path';
import type { JsonObject } from '../contracts';
import { type LakeEngine, lakeEngine } from './lake';

let lake: LakeEngine;
beforeAll(() => {
  lake = lakeEngine(() => {});
});
afterAll(() => lake.close());

interface Written {
  readonly written: number;
  readonly failed: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}
interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

let files = 0;
const parquet = async (columns: [string, string][], records: string[], more: JsonObject = {}): Promise<Written & { path: string }> => {
  files += 1;
  const path = join(lake.folder(), `${files}.parquet`);
  return { path, ...(await lake.call<Written>('parquet', { columns, records, path, compression: 'snappy', ...more })) };
};
const query = (sql: string, columns: [string, string][], paths: string[]) =>
  lake.call<Rows>('query', {
    sql,
    tables: { 'd.t': { columns, partitions: [], format: 'parquet', files: paths.map((path) => ({ path, partition: {} })) } },
  });

describe('jq 1.6', () => {
  test('returns the keys of each record, or its error', async () => {
    const program = '{tenant: .tenant, year: (.at | strftime("%Y"))}';
    expect(await lake.call('jq', { program, records: ['{"tenant":"a","at":1700000000}', '{"at":"x"}', 'no', '1'] })).toEqual([
      { value: { tenant: 'a', year: '2023' } },
      { error: 'strftime/1 requires parsed datetime inputs' },
      { error: expect.stringMatching(/^parse error: Invalid literal/) },
      { error: 'Cannot index number with string "tenant"' },
    ]);
  });

  test('a query that is not valid is an error', async () => {
    await expect(lake.call('compile_jq', { program: '{' })).rejects.toThrow('syntax error');
  });
});

// documented: "Choose the JSON deserializer" (Amazon Data Firehose Developer Guide); the messages are those of records on AWS
describe('a value is converted as by the OpenX JSON SerDe', () => {
  test.each<[string, string, string | null]>([
    ['string', '"é \\"x\\""', 'é "x"'],
    ['string', '5', '5'],
    ['string', 'true', 'true'],
    ['string', '{"A":[1,{"B":null}]}', '{"a":[1,{"b":null}]}'],
    ['string', 'null', null],
    ['int', '5', '5'],
    ['int', '"5"', '5'],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['bigint', '"9223372036854775807"', '9223372036854775807'],
    ['double', '1.5', '1.5'],
    ['double', '"1e10"', '1.0E10'],
    ['decimal(5,2)', '"12.345"', '12.35'],
    ['boolean', 'true', 'true'],
    ['boolean', '"TRUE"', 'true'],
    ['boolean', '"yes"', 'false'],
    ['timestamp', '"2026-01-02 03:04:05"', '2026-01-02 03:04:05.000'],
    ['timestamp', '"2026-01-02T03:04:05.678Z"', '2026-01-02 03:04:05.678'],
    ['timestamp', '1767323045', '2026-01-02 03:04:05.000'],
    ['timestamp', '1767323045678', '2026-01-02 03:04:05.678'],
    ['date', '"2026-01-02"', '2026-01-02'],
    ['array<int>', '[1, "2", null]', '[1, 2, null]'],
    ['map<string,int>', '{"a":1}', '{a=1}'],
    ['struct<a:int,b:struct<c:string>>', '{"A":"1","b":{"C":"x"},"d":1}', '{a=1, b={c=x}}'],
  ])('%s of %s', async (type, value, expected) => {
    const columns: [string, string][] = [['v', type]];
    const { path, failed } = await parquet(columns, [`{"V":${value}}`]);
    expect(failed).toEqual([]);
    expect((await query('SELECT v FROM d.t', columns, [path])).rows).toEqual([[expected]]);
  });

  test.each<[string, string, string]>([
    ['int', '"oops"', 'For input string: "oops"'],
    ['int', '""', 'For input string: ""'],
    ['int', '2147483648', 'For input string: "2147483648"'],
    ['int', '1.5', 'For input string: "1.5"'],
    ['bigint', '9223372036854775808', 'For input string: "9223372036854775808"'],
    ['double', 'true', 'java.lang.Boolean cannot be cast to a number'],
    ['boolean', '1', 'java.lang.Long cannot be cast to java.lang.Boolean'],
    ['timestamp', '"2026-01-02T03:04:05+00:00"', 'Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]'],
    ['date', '"02.01.2026"', 'Date format must be yyyy-mm-dd'],
    ['struct<a:int>', '42', 'Data is not JSONObject  but java.lang.Long with value 42'],
    ['array<int>', '"x"', 'Data is not JSONArray  but java.lang.String with value x'],
  ])('%s of %s fails its record alone', async (type, value, message) => {
    const { written, failed } = await parquet([['v', type]], [`{"v":${value}}`, '{}']);
    expect(written).toBe(1);
    expect(failed).toEqual([
      { index: 0, code: 'DataFormatConversion.MalformedData', message: `Data does not match the schema. ${message}` },
    ]);
  });

  test.each([
    ['{"v":', 'DataFormatConversion.ParseError', /^Encountered malformed JSON/],
    ['{"v":1}{"v":2}', 'DataFormatConversion.ParseError', /^Encountered malformed JSON/],
    [' ', 'DataFormatConversion.MalformedData', /^The record was empty or contained only whitespace/],
    ['5', 'DataFormatConversion.MalformedData', /^The input JSON contained a primitive at the top level/],
  ])('the record %j fails', async (record, code, message) => {
    expect((await parquet([['v', 'int']], [record])).failed).toEqual([{ index: 0, code, message: expect.stringMatching(message) }]);
  });

  test('keys without a column are left out, columns without a key are null, and keys can be mapped', async () => {
    const columns: [string, string][] = [
      ['ts', 'string'],
      ['a_b', 'string'],
      ['other', 'int'],
    ];
    const { path } = await parquet(columns, ['{"timestamp":"x","a.b":"y","more":1}'], { mappings: { ts: 'timestamp' }, dots: true });
    expect((await query('SELECT * FROM d.t', columns, [path])).rows).toEqual([['x', 'y', null]]);
  });

  test('with caseInsensitive false, a key must have the case of its column', async () => {
    const { path } = await parquet([['v', 'string']], ['{"V":"x"}'], { caseInsensitive: false });
    expect((await query('SELECT v FROM d.t', [['v', 'string']], [path])).rows).toEqual([[null]]);
  });
});

describe('the files of a table', () => {
  test('may lack a column, but not have it with another type', async () => {
    const { path } = await parquet([['a', 'int']], ['{"a":1}']);
    expect(
      (
        await query(
          'SELECT a, b FROM d.t',
          [
            ['a', 'int'],
            ['b', 'string'],
          ],
          [path],
        )
      ).rows,
    ).toEqual([['1', null]]);
    await expect(query('SELECT a FROM d.t', [['a', 'string']], [path])).rejects.toMatchObject({
      code: 'HIVE_BAD_DATA',
      message: "Field a's type INTEGER in parquet file is incompatible with type VARCHAR defined in table schema",
    });
  });

  test('a table without files has no rows', async () => {
    expect((await query('SELECT count(*), max(a) FROM d.t', [['a', 'int']], [])).rows).toEqual([['0', null]]);
  });
});

const GRADES = {
  columns: [
    ['student', 'string'],
    ['score', 'double'],
    ['at', 'timestamp'],
    ['details', 'struct<city:string>'],
  ],
  partitions: [
    ['tenant', 'string'],
    ['year', 'int'],
    ['month', 'int'],
  ],
} as const;
const CURRENT = 'SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY tenant, student ORDER BY at DESC) AS n FROM grades) WHERE n = 1';
const tables = { 'lake.grades': GRADES, 'lake.current': { columns: [], partitions: [], view: CURRENT } } as unknown as JsonObject;
interface Plan {
  readonly sql: string;
  readonly scans: readonly { readonly table: string; readonly columns: readonly string[]; readonly conditions: object }[];
}
const plan = (sql: string, parameters: string[] = []) =>
  lake.call<Plan>('plan', { sql, database: 'lake', tables, parameters, now: Date.UTC(2026, 10, 29) });

describe('the conditions of a query on partitions', () => {
  test.each<[string, object]>([
    [`SELECT student FROM grades WHERE tenant = 's1'`, { tenant: ['in s1'] }],
    [
      `SELECT student FROM grades WHERE 's1' = tenant AND year >= 2025 AND month < 6`,
      { tenant: ['in s1'], year: ['gte 2025'], month: ['lt 6'] },
    ],
    [
      `SELECT student FROM grades WHERE tenant IN ('s1', 's' || '2') AND year BETWEEN 2024 AND 2024 + 1`,
      { tenant: ['in s1 s2'], year: ['gte 2024', 'lte 2025'] },
    ],
    [`SELECT student FROM grades WHERE tenant = 's1' OR tenant = 's2'`, { tenant: ['in s1 s2'] }],
    [`SELECT student FROM grades WHERE year = year(current_date)`, { year: ['in 2026'] }],
    [
      `SELECT g.student FROM "lake"."grades" g JOIN grades h ON g.student = h.student AND h.tenant = 's2' WHERE g.tenant = 's1'`,
      { tenant: ['in s1'] },
    ],
    [`WITH a AS (SELECT * FROM grades) SELECT student FROM a WHERE tenant = 's1'`, { tenant: ['in s1'] }],
    [`SELECT student FROM (SELECT student, tenant AS t FROM grades) WHERE t = 's1'`, { tenant: ['in s1'] }],
    [`SELECT student FROM current WHERE tenant = 's1'`, { tenant: ['in s1'] }],
    [`SELECT t FROM (SELECT tenant AS t, count(*) FROM grades GROUP BY tenant) WHERE t = 's1'`, { tenant: ['in s1'] }],
    [`SELECT student FROM grades WHERE tenant = 's1' UNION ALL SELECT student FROM grades WHERE tenant = 's2'`, { tenant: ['in s1'] }],
    [`SELECT h.student FROM grades h JOIN grades g ON h.tenant = g.tenant AND g.year = 2026 WHERE g.tenant = 's1'`, { tenant: ['in s1'] }],
    [`SELECT h.student FROM grades h RIGHT JOIN grades g ON h.tenant = 's1'`, { tenant: ['in s1'] }],
    // These do not narrow what is read.
    [`SELECT student FROM grades WHERE tenant = student`, {}],
    [`SELECT student FROM grades WHERE tenant = 's1' OR year = 2026`, {}],
    [`SELECT student FROM grades WHERE upper(tenant) = 'S1'`, {}],
    [`SELECT student FROM grades WHERE tenant IN (SELECT student FROM grades WHERE tenant = 's1')`, {}],
    [`SELECT student FROM current WHERE year = 2026`, {}],
    [`SELECT m FROM (SELECT max(year) AS m FROM grades) WHERE m = 2026`, {}],
    [`SELECT student FROM (SELECT * FROM grades LIMIT 5) WHERE tenant = 's1'`, {}],
    [`SELECT h.student FROM grades h LEFT JOIN grades g ON g.tenant = 's1'`, {}],
  ])('%s', async (sql, expected) => {
    const { scans } = await plan(sql);
    const shown = Object.fromEntries(
      Object.entries(scans[0].conditions as Record<string, { operator: string; values: string[] }[]>).map(([name, conditions]) => [
        name,
        conditions.map(({ operator, values }) => [operator, ...values].join(' ')),
      ]),
    );
    expect(shown).toEqual(expected);
  });

  test('each use of a table is a scan with its own columns', async () => {
    const { scans } = await plan(
      `WITH a AS (SELECT * FROM grades WHERE tenant = 's1') SELECT x.student, y.details.city FROM a x JOIN a y ON x.student = y.student`,
    );
    expect(scans.map(({ table, conditions }) => [table, conditions])).toEqual([
      ['lake.grades', { tenant: [{ operator: 'in', values: ['s1'] }] }],
      ['lake.grades', { tenant: [{ operator: 'in', values: ['s1'] }] }],
    ]);
    expect((await plan(`SELECT student FROM grades WHERE score > 5`)).scans[0].columns).toEqual(['score', 'student']);
  });
});

// documented: "Use parameterized queries" (Amazon Athena User Guide)
describe('the parameters of a query', () => {
  const parameterized = `WITH a AS (SELECT * FROM grades WHERE year = ? AND month BETWEEN ? AND ?) -- what?
    SELECT student FROM a WHERE tenant = ? AND student <> '?'`;

  test('are put in the place of the question marks, in their order', async () => {
    const { sql, scans } = await plan(parameterized, ['2026', '1', '1 + 2', `'s''?1'`]);
    expect(scans[0].conditions).toEqual({
      tenant: [{ operator: 'in', values: [`s'?1`] }],
      year: [{ operator: 'in', values: ['2026'] }],
      month: [
        { operator: 'gte', values: ['1'] },
        { operator: 'lte', values: ['3'] },
      ],
    });
    expect(sql).toContain(`<> '?'`);
  });

  test.each<[string, string[], string, string]>([
    [parameterized, ['2026'], 'INVALID_PARAMETER_USAGE', 'line 1:1: Incorrect number of parameters: expected 4 but found 1'],
    ['SELECT 1', ['1'], 'INVALID_PARAMETER_USAGE', 'expected 0 but found 1'],
    ['SELECT ? FROM grades', ['1'], 'NOT_SUPPORTED', 'only in a WHERE clause'],
    ['SELECT student FROM grades WHERE tenant = ?', ['s1'], 'INVALID_PARAMETER_USAGE', 'texts are in single quotes'],
    ['SELECT student FROM grades WHERE tenant = ?', [`'s1', 2`], 'INVALID_PARAMETER_USAGE', ''],
    ['SELECT student FROM grades WHERE tenant = ?', [`1 UNION SELECT 2`], 'INVALID_PARAMETER_USAGE', ''],
    ['SELECT student FROM grades WHERE tenant = ?', [`'s1') OR (true`], 'SYNTAX_ERROR', ''],
  ])('%s with %j is an error', async (sql, parameters, code, message) => {
    await expect(plan(sql, parameters)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('a query that Athena rejects, or that the sandbox does not run', () => {
  test.each([
    ['SELEC 1', 'SYNTAX_ERROR', ''],
    ['DELETE FROM grades', 'NOT_SUPPORTED', 'The sandbox runs SELECT and UNLOAD only, and not DELETE'],
    [
      'SELECT nothing FROM grades',
      'COLUMN_NOT_FOUND',
      "Column 'nothing' cannot be resolved or requester is not authorized to access requested resources",
    ],
    ["SELECT format_datetime(at, 'yyyy') FROM grades", 'NOT_SUPPORTED', 'The sandbox does not run the function format_datetime of Athena'],
    ['SELECT student FROM nowhere', 'TABLE_NOT_FOUND', "Table 'awsdatacatalog.lake.nowhere' does not exist"],
  ])('%s', async (sql, code, message) => {
    await expect(plan(sql)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

test('functions give the results of Trino', async () => {
  const columns: [string, string][] = [
    ['student', 'string'],
    ['score', 'double'],
    ['at', 'timestamp'],
    ['json', 'string'],
    ['list', 'array<int>'],
  ];
  const record = (student: string, score: number, at: string) =>
    JSON.stringify({ student, score, at, json: '{"a":{"b":"c"}}', list: [1, 2] });
  const { path } = await parquet(columns, [
    record('ann', 4, '2026-01-15 00:00:00'),
    record('ann', 6, '2026-04-01 00:00:00'),
    record('ben', 3, '2026-04-02 12:30:00'),
  ]);
  const run = async (sql: string) => {
    const { sql: translated } = await lake.call<Plan>('plan', {
      sql,
      database: 'd',
      tables: { 'd.t': { columns, partitions: [] } },
      now: 0,
    });
    return query(translated, columns, [path]);
  };
  const { columns: described, rows } = await run(`
    SELECT student, count(*) AS n, avg(score) AS average, max_by(score, at) AS newest, approx_percentile(score, 0.5) AS median,
      date_trunc('quarter', max(at)) AS quarter, year(max(at)) AS y, json_extract_scalar(max(json), '$.a.b') AS b, cardinality(max(list)) AS size,
      element_at(max(list), 2) AS second, try_cast('x' AS integer) AS none, coalesce(nullif(student, 'ben'), '-') AS name,
      cast(from_unixtime(1790000000) AS timestamp(3)) AS moment, date_diff('day', DATE '2026-01-01', DATE '2026-02-01') AS days
    FROM t GROUP BY student ORDER BY student`);
  expect(described.map(({ type }) => type).slice(0, 8)).toEqual([
    'varchar',
    'bigint',
    'double',
    'double',
    'double',
    'timestamp',
    'bigint',
    'varchar',
  ]);
  expect(rows).toEqual([
    ['ann', '2', '5.0', '6.0', '5.0', '2026-04-01 00:00:00.000', '2026', 'c', '2', '2', null, 'ann', '2026-09-21 14:13:20.000', '31'],
    ['ben', '1', '3.0', '3.0', '3.0', '2026-04-01 00:00:00.000', '2026', 'c', '2', '2', null, '-', '2026-09-21 14:13:20.000', '31'],
  ]);
  const change = await run(`
    SELECT student, quarter, average - lag(average) OVER (PARTITION BY student ORDER BY quarter) AS change
    FROM (SELECT student, date_trunc('quarter', at) AS quarter, avg(score) AS average FROM t GROUP BY 1, 2) ORDER BY 1, 2`);
  expect(change.rows.map(([, , difference]) => difference)).toEqual([null, '2.0', null]);
  // The value of the row counts, also if it is null.
  const first = await run(`
    SELECT min_by(nullif(score, 4), at) AS first, max_by(nullif(score, 6), at) AS last, max_by(score, nullif(at, at)) AS none
    FROM t WHERE student = 'ann'`);
  expect(first.rows).toEqual([[null, null, null]]);
});
