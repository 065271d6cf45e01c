import { LakeColumn, LakeLayout } from '../../src';
import { templateOf, testStack } from '../synth';
import { dataLake } from './fixtures';

interface GlueTable {
  readonly Name: string;
  readonly StorageDescriptor: { readonly Columns: readonly { readonly Name: string; readonly Type: string }[] };
  readonly ViewOriginalText?: { readonly 'Fn::Join': [string, [string, { readonly 'Fn::Base64': string }, string]] };
}

function lakeWith(columns: LakeColumn[], layout = LakeLayout.perTenant()) {
  const stack = testStack();
  const lake = dataLake(stack, { columns, layout });
  const template = templateOf(stack);
  const tables = Object.values(template.findResources('AWS::Glue::Table')).map(({ Properties }) => Properties.TableInput as GlueTable);
  const table = (name: string) => tables.find(({ Name }) => Name === name) as GlueTable;
  const view = (name: string) => {
    const [, [start, { 'Fn::Base64': text }, end]] = (table(name).ViewOriginalText as NonNullable<GlueTable['ViewOriginalText']>)[
      'Fn::Join'
    ];
    expect([start, end]).toEqual(['/* Presto View: ', ' */']);
    return JSON.parse(text) as { originalSql: string; columns: { name: string; type: string }[] };
  };
  const [delivery] = Object.values(template.findResources('AWS::KinesisFirehose::DeliveryStream')).map(({ Properties }) => Properties);
  const [pipe] = Object.values(template.findResources('AWS::Pipes::Pipe')).map(({ Properties }) => Properties);
  const destination = delivery.ExtendedS3DestinationConfiguration;
  const query: string = destination.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue;
  return { lake, table, view, pipe, destination, query };
}

const item = ({ StorageDescriptor }: GlueTable) => StorageDescriptor.Columns.find(({ Name }) => Name === 'item')?.Type;
const OWN = 'pk:struct<s:string>,sk:struct<s:string>,correlationid:struct<s:string>,deletedat:string';

test('a declared column is in the pipe, the type check, the schema of Firehose, the tables, the views and the documentation', () => {
  const { lake, table, view, pipe, destination, query } = lakeWith([LakeColumn.decimal('score', 5, 2).from('result.Score')]);
  // The pipe sends the whole item, whatever it lacks.
  expect(JSON.parse(pipe.TargetParameters.InputTemplate.replaceAll(/:(<[^>]+>)/g, ':"$1"'))).toEqual({
    event_id: '<$.eventID>',
    event_name: '<$.eventName>',
    changed_at: '<$.dynamodb.ApproximateCreationDateTime>',
    sequence: '<$.dynamodb.SequenceNumber>',
    item: '<$.dynamodb.NewImage>',
  });
  expect(query).toContain('["M","","result"]');
  expect(query).toContain('["N","\\\\A-?[0-9]{1,3}([.][0-9]{1,2})?\\\\z","result","M","Score"]');
  const { SchemaConfiguration: schema } = destination.DataFormatConversionConfiguration;
  expect([schema.DatabaseName, schema.TableName]).toEqual([lake.databaseName, 'items']);
  expect(item(table('items'))).toBe(`struct<${OWN},result:struct<m:struct<score:struct<n:string>>>>`);
  const changes = view('items_changes');
  expect(changes.originalSql).toContain('CAST(item."result"."m"."score"."n" AS decimal(5,2)) AS "score"');
  expect(changes.originalSql).toMatch(/FROM "test_lake_0ee8eb4e"."items"$/);
  for (const name of ['items_changes', 'items_current']) {
    expect(view(name).columns.at(-1)).toEqual({ name: 'score', type: 'decimal(5,2)' });
    expect(table(name).StorageDescriptor.Columns.at(-1)).toMatchObject({ Name: 'score', Type: 'decimal(5,2)' });
  }
  expect(lake.describeColumns().split('\n').at(-1)).toBe('| score | decimal(5,2) | attribute result.Score (N) |');
});

test.each<[LakeColumn, string, string, string]>([
  [LakeColumn.string('a'), 'struct<s:string>', 'varchar', 'item."a"."s"'],
  [LakeColumn.integer('a'), 'struct<n:int>', 'integer', 'item."a"."n"'],
  [LakeColumn.bigint('a'), 'struct<n:bigint>', 'bigint', 'item."a"."n"'],
  [LakeColumn.double('a'), 'struct<n:double>', 'double', 'item."a"."n"'],
  [LakeColumn.decimal('a', 38, 0), 'struct<n:string>', 'decimal(38,0)', 'CAST(item."a"."n" AS decimal(38,0))'],
  [LakeColumn.boolean('a'), 'struct<bool:boolean>', 'boolean', 'item."a"."bool"'],
  [LakeColumn.timestamp('a'), 'struct<s:timestamp>', 'timestamp(3)', 'item."a"."s"'],
  [LakeColumn.epochSeconds('a'), 'struct<n:bigint>', 'timestamp(3)', 'CAST(from_unixtime(item."a"."n") AS timestamp(3))'],
  [LakeColumn.json('a'), 'string', 'varchar', 'item."a"'],
])('%s is stored as %s and read as %s', (column, stored, read, sql) => {
  const { table, view } = lakeWith([column]);
  expect(item(table('items'))).toBe(`struct<${OWN},a:${stored}>`);
  const { originalSql, columns } = view('items_changes');
  expect(columns.at(-1)).toEqual({ name: 'a', type: read });
  expect(originalSql).toContain(`${sql} AS "a"`);
});

test('entries of one map are in one struct', () => {
  const { table } = lakeWith([LakeColumn.string('city').from('address.city'), LakeColumn.string('zip').from('address.zip')]);
  expect(item(table('items'))).toBe(`struct<${OWN},address:struct<m:struct<city:struct<s:string>,zip:struct<s:string>>>>`);
});

test('every row has the id of the change, its name, time and order, the keys, the correlation id and the deletion', () => {
  const { view } = lakeWith([LakeColumn.double('score')]);
  expect(view('items_current').columns.map(({ name }) => name)).toEqual([
    'school',
    'year',
    'month',
    'event_id',
    'event_name',
    'changed_at',
    'sequence',
    'partition_key',
    'sort_key',
    'correlation_id',
    'deleted_at',
    'score',
  ]);
});

test('without folders of tenants, the tenant of a row is the beginning of its partition key', () => {
  const { view, destination, query } = lakeWith([LakeColumn.double('score')], LakeLayout.perMonth());
  expect(view('items_changes').originalSql).toContain(`split_part(item."pk"."s", '#', 1) AS "school"`);
  expect(destination.Prefix).toBe('data/items/year=!{partitionKeyFromQuery:year}/month=!{partitionKeyFromQuery:month}/');
  expect(query).toMatch(/^\{year:.*,month:\(.* begins with no tenant.*\)\}$/);
  expect(query).not.toContain('school:');
});

describe('a column that cannot be is an error at synthesis:', () => {
  test.each<[() => LakeColumn[], string]>([
    [
      () => [LakeColumn.string('Student')],
      'LakeColumn: invalid name "Student": expected a lower-case letter, then lower-case letters, digits',
    ],
    [() => [LakeColumn.string('1st')], 'LakeColumn: invalid name "1st"'],
    [() => [LakeColumn.string('a-b')], 'LakeColumn: invalid name "a-b"'],
    [() => [LakeColumn.string('a'.repeat(256))], 'LakeColumn: invalid name'],
    [() => [LakeColumn.string('group')], 'LakeColumn: invalid name "group": expected a name that is not a reserved word of SQL in Athena'],
    [() => [LakeColumn.string('a').from('')], 'LakeColumn a: invalid path "": expected names of attributes'],
    [() => [LakeColumn.string('a').from('a..b')], 'LakeColumn a: invalid path "a..b"'],
    [() => [LakeColumn.string('a').from('a-b')], 'LakeColumn a: invalid path "a-b"'],
    [() => [LakeColumn.string('a').from(Array(33).fill('a').join('.'))], 'expected at most 32 levels'],
    [() => [LakeColumn.decimal('a', 39, 0)], 'LakeColumn a: invalid precision 39: expected a whole number between 1 and 38'],
    [() => [LakeColumn.decimal('a', 5, 6)], 'LakeColumn a: invalid scale 6: expected a whole number between 0 and 5'],
    [() => [], 'Test/Lake: invalid columns []: expected at least one column'],
    [
      () => [LakeColumn.string('a'), LakeColumn.string('a').from('b')],
      'Test/Lake: invalid columns[1].name "a": expected a name that no other',
    ],
    [
      () => [LakeColumn.string('school')],
      'Test/Lake: invalid columns[0].name "school": expected a name other than those that every row has',
    ],
    [() => [LakeColumn.string('event_id')], 'Test/Lake: invalid columns[0].name "event_id"'],
    [() => [LakeColumn.string('month')], 'Test/Lake: invalid columns[0].name "month"'],
    [
      () => [LakeColumn.string('a').from('pk.name')],
      'Test/Lake: invalid columns[0].path "pk.name": expected pk alone: it is not a map, but has type S in every item',
    ],
    [
      () => [LakeColumn.string('a').from('expiresAt')],
      'Test/Lake: invalid columns[0].path "expiresAt": expected an attribute of type S: expiresAt has type N in every item',
    ],
    [
      () => [LakeColumn.double('a'), LakeColumn.string('b').from('a.b')],
      'Test/Lake: invalid columns[1].path "a.b": expected a path that is neither part of nor below that of the column a',
    ],
    [
      () => [LakeColumn.string('b').from('a.b'), LakeColumn.json('a')],
      'Test/Lake: invalid columns[1].path "a": expected a path that is neither part of nor below that of the column b',
    ],
    [
      () => [LakeColumn.string('a'), LakeColumn.string('b').from('a')],
      'Test/Lake: invalid columns[1].path "a": expected a path other than that of the column a',
    ],
    [
      () => [LakeColumn.string('request').from('correlationId')],
      'Test/Lake: invalid columns[0].path "correlationId": expected a path other than that of the column correlation_id',
    ],
    [
      () => [LakeColumn.string('a').from('Name'), LakeColumn.string('b').from('name')],
      'Test/Lake: invalid columns[1].path "name": expected a path that differs from another one in more than upper and lower case',
    ],
    [
      () => Array.from({ length: 200 }, (_, index) => LakeColumn.string(`column_with_a_name_${index}`)),
      'Test/Lake: invalid columns "204 columns": expected fewer columns or shorter paths',
    ],
  ])('%#', (columns, message) => {
    expect(() => lakeWith(columns())).toThrow(message);
  });
});

test('from returns a new column', () => {
  const column = LakeColumn.string('student_id');
  expect([column.from('student').path, column.path]).toEqual(['student', 'student_id']);
});
