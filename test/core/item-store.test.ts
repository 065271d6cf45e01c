import { type App, CfnOutput, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { AttributeType, type CfnTable, type ITable, Table, type TablePropsV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { ItemStore, KeyTemplate, type TableItemStoreOptions } from '../../src';
import { grantIngest } from '../../src/core/private/ingest-grant';
import { isAllowed, policiesOfRole } from '../iam';
import { templateOf, testStack } from '../synth';

const env = { account: '123456789012', region: 'us-east-1' };
const id = { name: 'id', type: AttributeType.STRING };

test('any table can be an item store', () => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  const options = { partitionKeyName: 'id', timeToLiveAttribute: 'ttl', timeToLive: Duration.days(1) };
  expect(ItemStore.fromTable(table, options)).toEqual({ table, ...options });
});

test('a time to live without its attribute is an error', () => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  expect(() => ItemStore.fromTable(table, { partitionKeyName: 'id', timeToLive: Duration.days(1) })).toThrow(
    /^Test\/Plain: invalid timeToLive .*: expected timeToLiveAttribute as well/,
  );
});

test('a time to live that is not a whole number of seconds is an error', () => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  const options = { partitionKeyName: 'id', timeToLiveAttribute: 'ttl', timeToLive: Duration.millis(1500) };
  expect(() => ItemStore.fromTable(table, options)).toThrow(
    'Test/Plain: invalid timeToLive Duration.millis(1500): expected a whole number of seconds',
  );
});

test('has the templates of index keys', () => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  const options = { partitionKeyName: 'id', indexKeys: { coursePk: KeyTemplate.of('{tenant}#{body.course}') }, indexSortKeys: ['score'] };
  expect(ItemStore.fromTable(table, options)).toMatchObject(options);
});

const course = KeyTemplate.of('{tenant}#{body.course}');
const wrong: [string, Partial<TableItemStoreOptions>, string][] = [
  [
    'an index key that tenants would share',
    { indexKeys: { coursePk: KeyTemplate.of('{body.school}#{body.course}') } },
    'invalid indexKeys.coursePk {body.school}#{body.course}: expected a template that begins with {tenant}#',
  ],
  [
    "an index key that is the table's own",
    { indexKeys: { id: course } },
    'invalid indexKeys "id": expected an attribute other than the keys',
  ],
  ["an index sort key that is the table's own", { indexSortKeys: ['id'] }, 'invalid indexSortKeys "id": expected an attribute other than'],
  [
    'an index sort key that has a form already',
    { indexKeys: { coursePk: course }, indexSortKeys: ['coursePk'] },
    'invalid indexSortKeys "coursePk": expected an attribute other than',
  ],
];
test.each(wrong)('%s is rejected', (_, options, message) => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  expect(() => ItemStore.fromTable(table, { partitionKeyName: 'id', ...options })).toThrow(`Test/Plain: ${message}`);
});

describe('the options are compared with a table that this app creates', () => {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  const kinds: [string, (stack: Stack, props: TablePropsV2) => ITable][] = [
    [
      'a Table',
      (stack, { partitionKey, sortKey, timeToLiveAttribute }) => new Table(stack, 'Plain', { partitionKey, sortKey, timeToLiveAttribute }),
    ],
    ['a TableV2', (stack, props) => new TableV2(stack, 'Plain', props)],
  ];
  const full = { partitionKey: text('pk'), sortKey: text('sk'), timeToLiveAttribute: 'ttl' };
  const right = { partitionKeyName: 'pk', sortKeyName: 'sk' };

  const withFlags = kinds.flatMap(([name, make]) => [
    [`${name} without any feature flag`, make, {}] as const,
    [`${name} with all recommended feature flags`, make, recommended as Record<string, unknown>] as const,
  ]);

  describe.each(withFlags)('%s', (_, make, flags) => {
    const synthesized = (props: TablePropsV2, options: TableItemStoreOptions, after?: (table: ITable) => void) => () => {
      const stack = testStack({}, flags);
      const table = make(stack, props);
      ItemStore.fromTable(table, options);
      after?.(table);
      return templateOf(stack);
    };

    test.each<[TablePropsV2, Partial<TableItemStoreOptions>, string]>([
      [full, { partitionKeyName: 'id' }, 'invalid partitionKeyName "id": expected "pk", as its partition key'],
      [full, { sortKeyName: 'range' }, 'invalid sortKeyName "range": expected "sk", as its sort key'],
      [full, { sortKeyName: undefined }, 'missing sortKeyName: expected "sk", as its sort key'],
      [{ partitionKey: text('pk') }, {}, 'invalid sortKeyName "sk": expected none: Test/Plain has no sort key'],
      [full, { timeToLiveAttribute: 'expires' }, 'invalid timeToLiveAttribute "expires": expected "ttl", as its time to live'],
      [
        { partitionKey: text('pk'), sortKey: text('sk') },
        { timeToLiveAttribute: 'ttl' },
        'invalid timeToLiveAttribute "ttl": expected none: Test/Plain has no time to live',
      ],
      [
        full,
        { indexKeys: { coursePk: course } },
        'invalid indexKeys "coursePk": expected none: Test/Plain has no partition keys of indexes',
      ],
      [full, { indexSortKeys: ['score'] }, 'invalid indexSortKeys "score": expected none: Test/Plain has no sort keys of indexes'],
      [
        { partitionKey: text('pk'), sortKey: { name: 'sk', type: AttributeType.NUMBER } },
        {},
        'invalid type of the attribute sk "N": expected S: keys from templates are strings',
      ],
    ])('wrong options are an error at synthesis (%#)', (props, options, message) => {
      expect(synthesized(props, { ...right, ...options })).toThrow(`Test/Plain: ${message}`);
    });

    test('an index with another key is named', () => {
      const add = (table: ITable) =>
        (table as Table).addGlobalSecondaryIndex({ indexName: 'by-course', partitionKey: text('course'), sortKey: text('at') });
      expect(synthesized(full, { ...right, indexKeys: { coursePk: course } }, add)).toThrow(
        'Test/Plain: invalid indexKeys "coursePk": expected "course", as its partition keys of indexes',
      );
      expect(synthesized(full, { ...right, indexSortKeys: ['score'] }, add)).toThrow('invalid indexSortKeys "score": expected "at"');
      expect(synthesized(full, { ...right, indexKeys: { course }, indexSortKeys: ['at'] }, add)).not.toThrow();
    });

    test('correct options pass, also if an index is added later', () => {
      const add = (table: ITable) => (table as Table).addGlobalSecondaryIndex({ indexName: 'by-course', partitionKey: text('coursePk') });
      const options = { ...right, timeToLiveAttribute: 'ttl', indexKeys: { coursePk: course } };
      expect(synthesized(full, options, add)).not.toThrow();
    });

    test('a name that is only known at deployment passes', () => {
      expect(synthesized(full, { ...right, partitionKeyName: Lazy.string({ produce: () => 'id' }) })).not.toThrow();
    });
  });

  test('property overrides are included', () => {
    const stack = testStack();
    const table = new Table(stack, 'Plain', { partitionKey: text('pk') });
    (table.node.defaultChild as CfnTable).addPropertyOverride('KeySchema.0.AttributeName', 'id');
    ItemStore.fromTable(table, { partitionKeyName: 'pk' });
    expect(() => templateOf(stack)).toThrow('invalid partitionKeyName "pk": expected "id"');
  });

  test.each<[string, (stack: Stack, made: Table) => ITable]>([
    ['by its ARN', (stack, made) => Table.fromTableArn(stack, 'Imported', made.tableArn)],
    ['by its name', (stack, made) => Table.fromTableName(stack, 'Imported', made.tableName)],
    [
      'by its ARN in another stack',
      (stack, made) => Table.fromTableArn(new Stack(stack.node.root as App, 'Other'), 'Imported', made.tableArn),
    ],
  ])('a table of this app that is imported %s is recognized', (_, imported) => {
    const stack = testStack();
    const table = imported(stack, new Table(stack, 'Plain', { partitionKey: text('pk') }));
    new CfnOutput(Stack.of(table), 'Arn', { value: table.tableArn });
    new Table(stack, 'Another', { partitionKey: text('id') });
    ItemStore.fromTable(table, { partitionKeyName: 'id' });
    expect(() => (stack.node.root as App).synth()).toThrow('Imported: invalid partitionKeyName "id": expected "pk"');
  });

  test('nothing is checked for an imported table', () => {
    const stack = testStack();
    ItemStore.fromTable(Table.fromTableName(stack, 'Plain', 'plain'), { partitionKeyName: 'id', sortKeyName: 'range' });
    expect(() => templateOf(stack)).not.toThrow();
  });
});

describe('a batch writer', () => {
  const stack = testStack({ env });
  const role = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const table = new Table(stack, 'Plain', { partitionKey: id });
  grantIngest(table, role);
  const logicalId = stack.getLogicalId(role.node.defaultChild as never);
  const { identity } = policiesOfRole(stack, logicalId);
  const resource = `arn:aws:dynamodb:us-east-1:123456789012:table/${stack.getLogicalId(table.node.defaultChild as never)}`;
  const may = (action: string): Promise<boolean> =>
    isAllowed({ principal: `arn:aws:iam::123456789012:role/${logicalId}`, action: `dynamodb:${action}`, resource }, { identity });

  test('may insert', async () => {
    expect(await may('PartiQLInsert')).toBe(true);
  });

  test.each(['PartiQLSelect', 'PartiQLUpdate', 'PartiQLDelete', 'PutItem', 'GetItem', 'BatchWriteItem', 'Scan'])(
    'may not %s',
    async (action) => {
      expect(await may(action)).toBe(false);
    },
  );

  test('gets no permission for a key if the table has none', () => {
    expect(JSON.stringify(identity)).not.toContain('kms:');
  });
});

describe('a batch writer of an imported table', () => {
  const writerOf = (stack: Stack): Role => new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  test.each([
    ['account', 'arn:aws:dynamodb:us-east-1:111122223333:table/plain', '"111122223333": expected 123456789012'],
    ['region', 'arn:aws:dynamodb:eu-west-1:123456789012:table/plain', '"eu-west-1": expected us-east-1'],
  ])('is an error for a table in another %s', (place, arn, right) => {
    const stack = testStack({ env });
    expect(() => grantIngest(Table.fromTableArn(stack, 'Plain', arn), writerOf(stack))).toThrow(
      `Test/Writer: invalid ${place} of the table Test/Plain ${right}, as for the writer: an INSERT statement cannot name another ${place}`,
    );
  });

  test('is an error for a table of another stack in another Region', () => {
    const stack = testStack({ env });
    const other = new Stack(stack.node.root, 'Other', { env: { ...env, region: 'eu-west-1' } });
    const table = new Table(other, 'Plain', { partitionKey: id, tableName: 'plain' });
    expect(() => grantIngest(table, writerOf(stack))).toThrow(
      'Test/Writer: invalid region of the table Other/Plain "eu-west-1": expected us-east-1',
    );
  });

  test('accepts a table whose environment is the same or only known at deployment', () => {
    const stack = testStack();
    const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/plain';
    expect(() => grantIngest(Table.fromTableArn(stack, 'Plain', arn), writerOf(stack))).not.toThrow();
    const known = new Stack(stack.node.root, 'Known', { env });
    expect(() => grantIngest(Table.fromTableArn(known, 'Plain', arn), writerOf(known))).not.toThrow();
  });

  test.each([[true], [false]])('may use the key with which the table is imported: %s', (withKey) => {
    const stack = testStack({ env });
    const key = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/plain');
    const imported = { tableName: 'plain', ...(withKey ? { encryptionKey: key } : {}) };
    const writer = writerOf(stack);
    grantIngest(Table.fromTableAttributes(stack, 'Plain', imported), writer);
    const { identity } = policiesOfRole(stack, stack.getLogicalId(writer.node.defaultChild as never));
    expect(JSON.stringify(identity).includes(`"Resource":"${key.keyArn}"`)).toBe(withKey);
  });
});
