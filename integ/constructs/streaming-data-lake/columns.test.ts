import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LakeColumn, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from '../../../src';
import { unloadSql } from '../../../src/lake-rewrite/lambda/lake-folder';
import type { RewrittenTable } from '../../../src/lake-rewrite/rewritten-table';
import type { JsonObject } from '../../sandbox/contracts';
import { type LakeEngine, lakeEngine } from '../../sandbox/engines/lake';
import { temporaryFolder } from '../../sandbox/testing/engines';

// What the parts of a template do with values: the expression of Firehose, the columns of the files, and the views.
const SCHOOL = 'north-high';
const YEAR_MONTH = { year: '2026', month: '11' };
const folder = temporaryFolder();
let engine: LakeEngine;
let files = 0;
beforeAll(() => {
  engine = lakeEngine(() => {});
});
afterAll(() => engine.close());

interface Lake {
  readonly expression: string;
  /** Columns of the files. */
  readonly columns: [string, string][];
  readonly changes: string;
}

function lakeOf(columns: LakeColumn[]): Lake {
  files += 1;
  const stack = new Stack(new App({ outdir: join(folder, `app-${files}`) }), 'Test');
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
  const source = LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy }));
  new StreamingDataLake(stack, 'Lake', { source, columns, name: 'lake', tableName: 'grades' });
  const template = Template.fromStack(stack);
  const properties = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);
  const delivery = properties('AWS::KinesisFirehose::DeliveryStream').find(
    ({ ExtendedS3DestinationConfiguration: { Prefix } }) => Prefix?.startsWith('data/') ?? false,
  );
  const tables = properties('AWS::Glue::Table').map(({ TableInput }) => TableInput);
  const table = (name: string) => tables.find(({ Name }) => Name === name);
  return {
    expression: delivery.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue,
    columns: table('grades').StorageDescriptor.Columns.map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
    changes: JSON.parse(table('grades_changes').ViewOriginalText['Fn::Join'][1][1]['Fn::Base64']).originalSql,
  };
}

const record = (attributes: object, pk = `${SCHOOL}#STUDENT#1`) => {
  const item = { pk: { S: pk }, sk: { S: 'GRADE' }, ...attributes };
  return JSON.stringify({ event_id: '1', event_name: 'INSERT', changed_at: Date.UTC(2026, 10, 29) / 1000, sequence: '1', item });
};

/** The folder of a record, or why it is put into quarantine. */
async function folderOf({ expression }: Lake, text: string): Promise<object> {
  const [found] = await engine.call<{ value?: object; error?: string }[]>('jq', { program: expression, records: [text] });
  return found;
}

async function fileOf({ columns }: Lake, ...records: string[]): Promise<string> {
  files += 1;
  const path = join(engine.folder(), `${files}.parquet`);
  const { failed } = await engine.call<{ failed: object[] }>('parquet', { columns, records, path, compression: 'snappy' });
  expect(failed).toEqual([]);
  return path;
}

function tablesOf({ columns, changes }: Lake, paths: readonly string[]) {
  const partitions = [...['year', 'month'].map((name) => [name, 'int']), ['school', 'string']];
  const from = paths.map((path) => ({ path, partition: { ...YEAR_MONTH, school: SCHOOL } }));
  return {
    stored: { 'lake.grades': { columns, partitions, format: 'parquet', files: from } },
    all: {
      'lake.grades': { columns, partitions, format: 'parquet' },
      'lake.grades_changes': { columns: [], partitions: [], view: changes },
    },
  };
}

/** The rows of a query of the views over some files. */
async function ask(lake: Lake, sql: string, paths: readonly string[]): Promise<(string | null)[][]> {
  const { stored, all } = tablesOf(lake, paths);
  const planned = await engine.call<{ sql: string }>('plan', {
    sql,
    database: 'lake',
    tables: all as unknown as JsonObject,
    now: Date.now(),
  });
  return (await engine.call<{ rows: (string | null)[][] }>('query', { sql: planned.sql, tables: stored as unknown as JsonObject })).rows;
}

const inFolder = (tenant = SCHOOL) => ({ value: { ...YEAR_MONTH, school: tenant } });

describe('a number that the view could not convert is put into quarantine, and all others are rows', () => {
  const decimal = (precision: number, scale: number) => LakeColumn.decimal('a', precision, scale);
  test.each<[LakeColumn, Record<string, string>, string[]]>([
    [decimal(2, 2), { '0': '0.00', '0.99': '0.99', '-0.01': '-0.01', '0.5': '0.50' }, ['1', '-1', '1.5', '10', '0.999']],
    [decimal(1, 1), { '0.1': '0.1', '-0.9': '-0.9' }, ['1', '0.11']],
    [decimal(5, 2), { '999.99': '999.99', '-0.5': '-0.50' }, ['1000', '0.001']],
    [decimal(1, 0), { '9': '9', '-9': '-9' }, ['10', '0.5']],
    [
      LakeColumn.epochSeconds('a'),
      { '0': '1970-01-01 00:00:00.000', '-1': '1969-12-31 23:59:59.000', '99999999999': '5138-11-16 09:46:39.000' },
      ['1764400000000', '1764400000000000000', '-100000000000', '1.5'],
    ],
  ])('%s', async (column, good, bad) => {
    const lake = lakeOf([column]);
    const records = Object.keys(good).map((N) => record({ a: { N } }));
    for (const text of records) expect(await folderOf(lake, text)).toEqual(inFolder());
    const rows = await ask(lake, `SELECT "a" FROM grades_changes WHERE school = '${SCHOOL}'`, [await fileOf(lake, ...records)]);
    expect(rows).toEqual(Object.values(good).map((value) => [value]));
    for (const N of bad) {
      expect(await folderOf(lake, record({ a: { N } }))).toEqual({ error: expect.stringContaining('a is not N with the declared digits') });
    }
  });
});

test.each(['abc\n', 'x!\nabc', 'ABC', 'ab', 'a.c', '\nabc'])('a key that begins with %j begins with no tenant', async (tenant) => {
  const lake = lakeOf([LakeColumn.string('a')]);
  expect(await folderOf(lake, record({}, `${tenant}#STUDENT#1`))).toEqual({ error: expect.stringContaining('pk begins with no tenant') });
  expect(await folderOf(lake, record({}, 'abc#STUDENT\n#1'))).toEqual(inFolder('abc'));
});

test.each<[string, object]>([
  ['score', { score: { N: '7' }, Score: { N: '99' } }],
  ['pk', { PK: { S: 'south-high#STUDENT#1' } }],
  ['notdeclared', { notDeclared: { S: 'a' }, NotDeclared: { S: 'b' } }],
  ['a', { clubs: { M: { A: { S: 'chess' }, a: { S: 'go' } } } }],
])('an item with names that differ only in case is put into quarantine: %s', async (key, attributes) => {
  const { columns } = lakeOf([LakeColumn.integer('score'), LakeColumn.json('clubs')]);
  const written = { columns, records: [record(attributes)], path: join(engine.folder(), 'none.parquet'), compression: 'snappy' };
  const message = `Encountered malformed JSON. Duplicate key "${key}"`;
  expect(await engine.call('parquet', written)).toEqual({
    written: 0,
    failed: [{ index: 0, code: 'DataFormatConversion.ParseError', message }],
  });
});

describe('over files from before a change of columns', () => {
  const score = LakeColumn.double('score');
  const street = LakeColumn.string('street').from('address.street');
  const city = LakeColumn.string('city').from('address.city');
  const clubs = LakeColumn.json('clubs');
  const few = lakeOf([score, street]);
  const many = lakeOf([city, clubs, score, street]);
  const first = record({ score: { N: '1.5' }, address: { M: { street: { S: 'Ring' }, city: { S: 'Ulm' } } }, clubs: { L: [] } });
  const second = record({ score: { N: '2.5' }, address: { M: { street: { S: 'Hafen' }, city: { S: 'Bonn' } } }, clubs: { L: [] } });
  const third = record({ address: { NULL: true } });
  const all = `FROM grades_changes WHERE school = '${SCHOOL}' ORDER BY score`;

  test('an added column has no value in their rows, alone and beside newer files', async () => {
    const older = await fileOf(few, first, third);
    const sql = `SELECT score, street, city, clubs ${all}`;
    const rows = [
      ['1.5', 'Ring', null, null],
      [null, null, null, null],
    ];
    expect(await ask(many, sql, [older])).toEqual(rows);
    const newer = await fileOf(many, second);
    for (const paths of [
      [older, newer],
      [newer, older],
    ]) {
      expect(await ask(many, sql, paths)).toEqual([rows[0], ['2.5', 'Hafen', 'Bonn', '{"l":[]}'], rows[1]]);
    }
  });

  test('a removed column is not shown, and its values are in the files: they are back with the column', async () => {
    const older = await fileOf(many, first);
    const newer = await fileOf(few, second);
    expect(await ask(few, `SELECT * ${all}`, [older])).toHaveLength(1);
    expect(await ask(few, `SELECT score, street ${all}`, [older, newer])).toEqual([
      ['1.5', 'Ring'],
      ['2.5', 'Hafen'],
    ]);
    await expect(ask(few, `SELECT city ${all}`, [older, newer])).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND' });
    expect(await ask(many, `SELECT score, city, clubs ${all}`, [older, newer])).toEqual([
      ['1.5', 'Ulm', '{"l":[]}'],
      ['2.5', null, null],
    ]);
  });

  test('a column that is filled from text instead of numbers has no value in their rows', async () => {
    const changed = lakeOf([LakeColumn.string('score'), street]);
    const paths = [await fileOf(few, first), await fileOf(changed, record({ score: { S: 'A' } }))];
    expect(await ask(changed, `SELECT score, street ${all}`, paths)).toEqual([
      ['A', null],
      [null, 'Ring'],
    ]);
  });

  test.each<[string, LakeColumn]>([
    ['an exact number', LakeColumn.decimal('score', 5, 2)],
    ['a whole number', LakeColumn.integer('score')],
    ['JSON', LakeColumn.json('score')],
  ])('a column whose type became %s cannot be read, also beside newer files', async (_, column) => {
    const changed = lakeOf([column, street]);
    const older = await fileOf(few, first);
    const newer = await fileOf(changed, third);
    for (const paths of [[older], [older, newer], [newer, older]]) {
      await expect(ask(changed, `SELECT street FROM grades_changes WHERE school = '${SCHOOL}'`, paths)).rejects.toMatchObject({
        code: 'HIVE_BAD_DATA',
        message: expect.stringMatching(/^Field item\.score.* type DOUBLE|^Field item\.score's type STRUCT/),
      });
    }
  });

  test('a rewrite of their month keeps the rows, with the columns that the table has then', async () => {
    const table = { DATABASE: 'lake', TABLE: 'grades', TENANT_NOUN: 'school', BUCKET: 'bucket' } as RewrittenTable;
    const statement = unloadSql(table, { year: 2026, month: 11, tenant: SCHOOL }, 'rewrites/1/');
    const rewritten = async (lake: Lake, paths: string[]) => {
      const { stored, all: tables } = tablesOf(lake, paths);
      const { sql, compression } = await engine.call<{ sql: string; compression: string }>('unload_of', { sql: statement });
      const planned = await engine.call<{ sql: string }>('plan', {
        sql,
        database: 'lake',
        tables: tables as unknown as JsonObject,
        now: 0,
      });
      files += 1;
      const target = join(engine.folder(), `unloaded-${files}`);
      await mkdir(target);
      return engine.call<string[]>('unload', { sql: planned.sql, tables: stored as unknown as JsonObject, compression, folder: target });
    };
    const paths = [await fileOf(few, first), await fileOf(many, second)];
    const sql = `SELECT score, street, city, clubs ${all}`;
    const added = await rewritten(many, paths);
    expect(await ask(many, sql, added)).toEqual(await ask(many, sql, paths));
    // A later change can be added to the same month.
    expect(await ask(many, sql, [...added, await fileOf(many, third)])).toHaveLength(3);
    const removed = await rewritten(few, paths);
    expect(await ask(many, sql, removed)).toEqual([
      ['1.5', 'Ring', null, null],
      ['2.5', 'Hafen', null, null],
    ]);
  });
});
