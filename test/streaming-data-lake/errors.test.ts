import { CfnParameter, Duration, Lazy, RemovalPolicy, Size } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  ItemStore,
  type LakeColumn,
  LakeLayout,
  type LakeQuery,
  LakeSource,
  type StreamingDataLakeProps,
  Tenancy,
  TenantRole,
  TenantTable,
  Tier,
} from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { dataLake } from './fixtures';

const make = (props: Partial<StreamingDataLakeProps>) => () => {
  const stack = testStack();
  dataLake(stack, props);
  templateOf(stack);
};

test.each<[Partial<StreamingDataLakeProps>, string]>([
  [
    { bufferInterval: Duration.seconds(59) },
    'Test/Lake: invalid bufferInterval Duration.seconds(59): expected whole seconds between 60 seconds and 900 seconds',
  ],
  [
    { bufferInterval: Duration.minutes(16) },
    'Test/Lake: invalid bufferInterval Duration.minutes(16): expected whole seconds between 1 minute and 15 minutes',
  ],
  [
    { bufferSize: Size.mebibytes(63) },
    'Test/Lake: invalid bufferSize "66060288 bytes": expected whole mebibytes between 64 and 128: Firehose converts and partitions no smaller buffers',
  ],
  [{ bufferSize: Size.mebibytes(129) }, 'Test/Lake: invalid bufferSize "135266304 bytes"'],
  [{ scanLimit: Size.mebibytes(9) }, 'Test/Lake: invalid scanLimit "9437184 bytes": expected whole mebibytes, at least 10'],
  [{ firstYear: 26 }, 'Test/Lake: invalid firstYear 26: expected a year between 2000 and 2999, known at synthesis'],
  [{ name: 'Lake' }, 'Test/Lake: invalid name "Lake": expected a lower-case letter, then up to 63 lower-case letters, digits and hyphens'],
  [{ tableName: 'my-items' }, 'Test/Lake: invalid tableName "my-items": expected a lower-case letter, then up to 63'],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Lake: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow'],
])('%j', (props, message) => {
  expect(make(props)).toThrow(message);
});

test('a name that is only known at deployment is an error, because views contain it', () => {
  const stack = testStack();
  const name = new CfnParameter(stack, 'Name').valueAsString;
  expect(() => dataLake(stack, { name })).toThrow('Test/Lake: invalid name <token>');
  expect(() => dataLake(testStack(), { tableName: Lazy.string({ produce: () => 'items' }) })).toThrow(
    'Test/Lake: invalid tableName <token>',
  );
});

describe('a source without new images', () => {
  const table = (stream?: StreamViewType) => {
    const stack = testStack();
    const partitionKey = { name: 'pk', type: AttributeType.STRING };
    const store = ItemStore.fromTable(new Table(stack, 'Table', { partitionKey, stream }), { partitionKeyName: 'pk' });
    return () => dataLake(stack, { source: LakeSource.tableStream(store) });
  };

  test.each([undefined, StreamViewType.KEYS_ONLY, StreamViewType.OLD_IMAGE])('is an error: %s', (stream) => {
    expect(table(stream)).toThrow(/Test\/Lake: invalid (stream of )?source .*: expected a table with a stream of new images/);
  });

  test.each([StreamViewType.NEW_IMAGE, StreamViewType.NEW_AND_OLD_IMAGES])('is not %s', (stream) => {
    expect(table(stream)).not.toThrow();
  });

  test('is an imported table without its stream', () => {
    const stack = testStack();
    const imported = TenantTable.fromTenantTableAttributes(stack, 'Imported', {
      tableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/data',
      encryptionKey: new Key(stack, 'Key'),
      tenancy,
    });
    expect(() => dataLake(stack, { source: LakeSource.tableStream(imported) })).toThrow('or an imported table with its tableStreamArn');
  });
});

test('the name of an attribute is of letters, digits and underscores', () => {
  const store = new TenantTable(testStack(), 'Data', { tenancy });
  for (const property of ['correlationAttribute', 'deletionAttribute']) {
    expect(() => LakeSource.tableStream(store, { [property]: 'a-b' })).toThrow(`LakeSource: invalid ${property} "a-b"`);
  }
});

test.each(['class-room', 'year', 'sequence'])('a tenancy whose noun cannot name a column is an error: %s', (noun) => {
  const stack = testStack();
  const other = Tenancy.of(noun, { tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });
  const source = LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy: other }));
  expect(() => dataLake(stack, { source })).toThrow(`Test/Lake: invalid noun of the tenancy "${noun}"`);
});

describe('a saved query', () => {
  const saved = { description: 'The grades.', sql: 'SELECT 1 FROM items_changes WHERE school = ?', parameters: ['the school'] };

  test.each<[string, Partial<LakeQuery>, string]>([
    ['no name', {}, 'Test/Lake: invalid name "no name": expected 1 to 128 letters, digits, hyphens and underscores, known at synthesis'],
    ['x'.repeat(129), {}, 'Test/Lake: invalid name'],
    ['q', { parameters: [] }, 'Test/Lake/Query-q: invalid parameters []: expected an entry for each of the 1 question marks in the SQL'],
    ['q', { parameters: undefined }, 'expected an entry for each of the 1 question marks in the SQL'],
    ['q', { sql: "SELECT '?' FROM items_changes WHERE school = 'x' /* ? */ -- ?" }, 'for each of the 0 question marks'],
    ['q', { sql: 'SELECT "a?b" FROM items_changes WHERE "school" = 1 /* ?' }, 'for each of the 0 question marks'],
    [
      'q',
      { sql: 'SELECT 1 FROM items_changes WHERE month = ?' },
      'expected school = … or school IN (…): Athena rejects a query without such a condition',
    ],
    ['q', { sql: "SELECT ? FROM items_changes -- school = 'x'" }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT school, avg(score) FROM items_current GROUP BY school', parameters: [] }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT 1 FROM items_changes WHERE school <> ?' }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT 1 FROM items_changes WHERE school != ?' }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT 1 FROM items_changes WHERE school >= ?' }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT 1 FROM items_changes WHERE school NOT IN (?)' }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT 1 FROM items_changes WHERE school LIKE ?' }, 'expected school = … or school IN (…)'],
    ['q', { sql: 'SELECT 1 FROM items_changes WHERE old_school = ?' }, 'expected school = … or school IN (…)'],
    ['q', { description: 'x'.repeat(1_001) }, 'Test/Lake/Query-q: invalid description'],
    ['q', { sql: ' '.repeat(262_145) }, 'Test/Lake/Query-q: invalid sql'],
    [
      'q',
      { parameters: 'the school' as unknown as string[] },
      'Test/Lake/Query-q: invalid parameters "the school": expected a list of texts',
    ],
  ])('%s with %j is an error', (name, query, message) => {
    expect(() => dataLake(testStack()).addQuery(name, { ...saved, ...query })).toThrow(message);
  });

  test.each(['school = ?', 'school=(?)', 'SCHOOL = ?', 'c."school" = ?', '? = school', 'school IN (?)', 'year = 2026 AND School in(?)'])(
    'names a tenant with %s',
    (condition) => {
      const sql = `SELECT 1 FROM items_changes c WHERE ${condition}`;
      expect(() => dataLake(testStack()).addQuery('q', { ...saved, sql })).not.toThrow();
    },
  );

  test('with the name of another one is an error', () => {
    const lake = dataLake(testStack());
    lake.addQuery('q', saved);
    expect(() => lake.addQuery('q', saved)).toThrow('Test/Lake: invalid name "q": expected a name that no other query has here');
  });
});

describe('access of a tenant', () => {
  test('is an error without folders of tenants', () => {
    const stack = testStack();
    const lake = dataLake(stack, { layout: LakeLayout.perMonth() });
    const tenants = new TenantRole(stack, 'Analysts', { tenancy, sessionOpeners: [secureFunction(stack)] });
    expect(() => lake.grants.tenantRead(tenants)).toThrow(
      'Test/Lake: invalid layout LakeLayout.perMonth(): expected LakeLayout.perTenant() for a tenant that reads its own files: otherwise a file has the rows of all tenants',
    );
  });

  test('is an error for a role of another tenancy', () => {
    const stack = testStack();
    const clinics = Tenancy.of('clinic', { tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });
    const tenants = new TenantRole(stack, 'Analysts', { tenancy: clinics, sessionOpeners: [secureFunction(stack)] });
    expect(() => dataLake(stack).grants.tenantRead(tenants)).toThrow('Test/Analysts/Role: invalid tenancy.noun "clinic": expected school');
  });
});

test('values of the wrong type are errors for users without a compiler', () => {
  expect(make({ columns: 'score' as unknown as LakeColumn[] })).toThrow('Test/Lake: invalid columns "score": expected a list of columns');
  expect(make({ source: {} as unknown as LakeSource })).toThrow('Test/Lake: invalid source {}: expected LakeSource.tableStream(…)');
  expect(make({ bufferSize: 64 as unknown as Size })).toThrow('Test/Lake: invalid bufferSize 64: expected a Size');
});
