import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, type TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  type BufferedIngestPathProps,
  type IItemStore,
  IngestKeys,
  type IngestKeyTemplates,
  KeyTemplate,
  Tenancy,
  type TenantIndex,
  TenantTable,
  Tier,
} from '../../src';
import { templateOf, testStack } from '../synth';
import { ingestPath, keys, plainTable, schema } from './fixtures';

const text: JsonSchema = { type: JsonSchemaType.STRING, minLength: 1, maxLength: 10 };
const withDay: JsonSchema = { ...schema, required: ['student', 'day'], properties: { ...schema.properties, day: text } };
const primary = { partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' };
const indexed = { indexKeys: { gsi1pk: KeyTemplate.of('{tenant}#DAY#{body.day}') }, indexSortKeys: ['gsi1sk'] };

/** The writer's environment for a store with overrides. */
function environment(store: Partial<IItemStore>, props: Partial<BufferedIngestPathProps>) {
  const stack = testStack();
  const { writer } = ingestPath(stack, { destination: { ...plainTable(stack), ...store }, ...props });
  const { variables } = stack.resolve((writer.node.defaultChild as unknown as { environment: unknown }).environment);
  return { ...variables, KEY_TEMPLATES: JSON.parse(variables.KEY_TEMPLATES) };
}
const templates = (...args: Parameters<typeof environment>) => environment(...args).KEY_TEMPLATES;
const withAttributes = (attributes: Record<string, string>) => ({ schema: withDay, keys: IngestKeys.of({ ...primary, attributes }) });

describe('the keys of indexes', () => {
  test('the partition key of an index is written by default, with the template of the index', () => {
    expect(templates(indexed, { schema: withDay })).toEqual({
      pk: primary.partitionKey,
      sk: primary.sortKey,
      gsi1pk: '{tenant}#DAY#{body.day}',
    });
  });

  const optionalDay: JsonSchema = { ...withDay, required: ['student'] };

  test('with optional values, only items whose body has them get the key', () => {
    const { KEY_TEMPLATES, OPTIONAL_KEYS } = environment(indexed, { schema: optionalDay });
    expect(KEY_TEMPLATES.gsi1pk).toBe('{tenant}#DAY#{body.day}');
    expect(JSON.parse(OPTIONAL_KEYS)).toEqual(['gsi1pk']);
    expect(environment(indexed, { schema: withDay }).OPTIONAL_KEYS).toBeUndefined();
  });

  test('optional values need limits, too', () => {
    const unbounded = { ...optionalDay, properties: { ...schema.properties, day: { type: JsonSchemaType.STRING, minLength: 1 } } };
    expect(() => environment(indexed, { schema: unbounded })).toThrow(
      'Test/Visits: missing schema.properties.day.maxLength: expected a value, because destination.indexKeys.gsi1pk ("{tenant}#DAY#{body.day}") is built from it',
    );
  });

  test.each<[string, string, JsonSchema]>([
    ['body.doktor', 'schema.properties.doktor', withDay],
    ['body.day.name', 'schema.properties.day.type', withDay],
    ['body.who.name', 'schema.properties.who', { ...withDay, additionalProperties: true }],
  ])('a template with %s, which no body has, is an error, because the index would stay empty', (part, missing, ofBodies) => {
    const store = { indexKeys: { doctorPk: KeyTemplate.of(`{tenant}#DOCTOR#{${part}}`) } };
    expect(() => environment(store, { schema: ofBodies })).toThrow(
      `Test/Visits: invalid destination.indexKeys.doctorPk {tenant}#DOCTOR#{${part}}: expected a template of values that a body can have: ${missing} is not in the schema`,
    );
  });

  test('no error if other writers set the key', () => {
    const store = { indexKeys: { doctorPk: KeyTemplate.of('{tenant}#DOCTOR#{body.doctor}') } };
    const left = { keys: IngestKeys.of({ ...primary, filledByOthers: ['doctorPk'] }) };
    expect(templates(store, left)).toEqual({ pk: primary.partitionKey, sk: primary.sortKey });
  });

  test.each([
    [['doktorPk'], "a key of the table's indexes: doctorPk"],
    [[''], "a key of the table's indexes: doctorPk"],
  ])('filledByOthers %j is an error', (filledByOthers, right) => {
    const store = { indexKeys: { doctorPk: KeyTemplate.of('{tenant}#DOCTOR#{body.doctor}') } };
    expect(() => environment(store, { keys: IngestKeys.of({ ...primary, filledByOthers }) })).toThrow(
      `Test/Visits: invalid keys.filledByOthers "${filledByOthers[0]}": expected ${right}`,
    );
  });

  test('an attribute cannot be both in attributes and filledByOthers', () => {
    expect(() => IngestKeys.of({ ...primary, attributes: { day: '{tenant}#{body.day}' }, filledByOthers: ['day'] })).toThrow(
      'IngestKeys: invalid filledByOthers "day": expected a key that is not in attributes, because this path sets those',
    );
  });

  describe('of a table that this app creates', () => {
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const partitionKeyTemplate = KeyTemplate.of('{tenant}#DAY#{body.day}');
    const synthesized =
      (index: Partial<TenantIndex>, templates: Partial<IngestKeyTemplates> = {}) =>
      () => {
        const stack = testStack();
        const indexes = [{ name: 'by-day', partitionKey: 'dayPk', partitionKeyTemplate, ...index }];
        const destination = new TenantTable(stack, 'Data', { tenancy, indexes });
        ingestPath(stack, { destination, schema: withDay, keys: IngestKeys.of({ ...primary, ...templates }) });
        return templateOf(stack);
      };
    const missing =
      /Test\/Visits: missing keys\.attributes\.score: expected a template for score, the sort key of an index of Test\/Data\/Table/;

    test('a sort key that no item gets is an error, because the index would stay empty', () => {
      expect(synthesized({ sortKey: 'score' })).toThrow(missing);
      expect(synthesized({ partitionKey: 'pk', sortKey: 'score' })).toThrow(missing);
    });

    test.each<[string, Partial<TenantIndex>, Partial<IngestKeyTemplates>]>([
      ['none', {}, {}],
      ['one that the path makes', { sortKey: 'score' }, { attributes: { score: '{body.day}' } }],
      ['one that the writer stamps', { sortKey: 'receivedAt' }, {}],
      ['one of the table', { sortKey: 'sk' }, {}],
      ['one that others fill', { sortKey: 'score' }, { filledByOthers: ['score'] }],
      ['one of an index that others fill', { sortKey: 'score' }, { filledByOthers: ['dayPk', 'score'] }],
    ])('no error: %s', (_, index, more) => {
      expect(synthesized(index, more)).not.toThrow();
    });

    test('an index that the store does not declare is not checked', () => {
      const stack = testStack();
      const destination = plainTable(stack);
      const score = { name: 'score', type: AttributeType.STRING };
      (destination.table as unknown as TableV2).addLocalSecondaryIndex({ indexName: 'by-score', sortKey: score });
      ingestPath(stack, { destination });
      expect(() => templateOf(stack)).not.toThrow();
    });

    test('the body cannot be a key, because DynamoDB would reject every item', () => {
      expect(synthesized({ sortKey: 'body' })).toThrow(
        'Test/Visits: invalid type of the key attribute body of Test/Data/Table "S": expected another attribute as the key',
      );
    });

    test('an attribute of another type than the writer writes is an error, for the same reason', () => {
      const stack = testStack();
      const store = plainTable(stack, 'Table');
      const at = { name: 'receivedAt', type: AttributeType.NUMBER };
      (store.table as unknown as TableV2).addGlobalSecondaryIndex({
        indexName: 'by-time',
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: at,
      });
      ingestPath(stack, { destination: store });
      expect(() => templateOf(stack)).toThrow(
        'Test/Visits: invalid type of the key attribute receivedAt of Test/Table "N": expected S, which the writer writes',
      );
    });
  });

  test('another template than that of the index is an error, because the item could be in another tenant’s partition', () => {
    const wrong = withAttributes({ gsi1pk: '{tenant}#WEEK#{body.day}' });
    expect(() => environment(indexed, wrong)).toThrow(
      'Test/Visits: invalid keys.attributes.gsi1pk "{tenant}#WEEK#{body.day}": expected "{tenant}#DAY#{body.day}", the template of the table\'s index',
    );
    expect(templates(indexed, withAttributes({ gsi1pk: '{tenant}#DAY#{body.day}' })).gsi1pk).toBe('{tenant}#DAY#{body.day}');
  });

  test('the sort key of an index can have any template', () => {
    const { KEY_TEMPLATES, INDEX_SORT_KEYS } = environment(indexed, withAttributes({ gsi1sk: 'DAY#{body.day}' }));
    expect(KEY_TEMPLATES.gsi1sk).toBe('DAY#{body.day}');
    expect(JSON.parse(INDEX_SORT_KEYS)).toEqual(['gsi1sk']);
  });

  test.each([{}, indexed])(
    'any other attribute must begin with the tenant, because it could be the partition key of an index (%#)',
    (store) => {
      expect(() => environment(store, withAttributes({ other: '{body.day}#X' }))).toThrow(
        /^Test\/Visits: invalid keys\.attributes\.other "{body\.day}#X": expected a template that begins with {tenant}#, or an attribute of destination\.indexSortKeys/,
      );
      expect(templates(store, withAttributes({ other: '{tenant}#{body.day}' })).other).toBe('{tenant}#{body.day}');
    },
  );

  test("an index on one of the writer's own attributes is an error", () => {
    expect(() => environment({ indexKeys: { body: KeyTemplate.of('{tenant}#X') } }, {})).toThrow(
      /^Test\/Visits: invalid destination\.indexKeys "body": expected attributes other than the writer's own/,
    );
  });

  test('a TenantTable declares the keys of its indexes', () => {
    const stack = testStack();
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const partitionKeyTemplate = KeyTemplate.of('{tenant}#DAY#{body.day}');
    const destination = new TenantTable(stack, 'Data', {
      tenancy,
      indexes: [{ name: 'byDay', partitionKey: 'day', partitionKeyTemplate }],
    });
    const wrong = { ...withAttributes({ day: '{tenant}#{body.day}' }), destination };
    expect(() => ingestPath(stack, wrong)).toThrow('expected "{tenant}#DAY#{body.day}"');
  });
});

describe('a body that matches the schema always results in valid keys, because the caller gets a 202', () => {
  const student = (value: JsonSchema): JsonSchema => ({ ...schema, properties: { student: value } });
  const because = 'because keys.partitionKey ("{tenant}#STUDENT#{body.student}") is built from it';

  test.each<[JsonSchema, string]>([
    [{ ...schema, required: [] }, `invalid schema.required []: expected a list with "student", ${because}`],
    [{ ...schema, properties: {} }, `missing schema.properties.student: expected the schema of the value, ${because}`],
    [student({ maxLength: 9 }), `missing schema.properties.student.type: expected STRING, INTEGER or BOOLEAN, or an enum, ${because}`],
    [student({ type: JsonSchemaType.NUMBER }), 'invalid schema.properties.student.type "number": expected STRING, INTEGER or BOOLEAN'],
    [student({ type: JsonSchemaType.OBJECT }), 'invalid schema.properties.student.type "object": expected STRING, INTEGER or BOOLEAN'],
    [
      student({ type: JsonSchemaType.STRING, maxLength: 9 }),
      `missing schema.properties.student.minLength: expected at least 1, ${because}`,
    ],
    [student({ ...text, minLength: 0 }), 'invalid schema.properties.student.minLength 0: expected at least 1'],
    [student({ type: JsonSchemaType.STRING, minLength: 1 }), `missing schema.properties.student.maxLength: expected a value, ${because}`],
    [
      student({ type: JsonSchemaType.INTEGER, maximum: 9 }),
      'missing schema.properties.student.minimum: expected at least -9007199254740991',
    ],
    [
      student({ type: JsonSchemaType.INTEGER, minimum: 0, maximum: 1e20 }),
      'invalid schema.properties.student.maximum 100000000000000000000: expected at most',
    ],
    [student({ enum: ['a', ''] }), 'invalid schema.properties.student.enum ["a", ""]: expected non-empty strings, numbers or booleans'],
    [student({ enum: [null] }), 'invalid schema.properties.student.enum [null]: expected non-empty strings, numbers or booleans'],
  ])('%j is rejected', (given, message) => {
    expect(() => ingestPath(testStack(), { schema: given })).toThrow(`Test/Visits: ${message}`);
  });

  test.each<JsonSchema>([
    text,
    { type: JsonSchemaType.INTEGER, minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    { type: JsonSchemaType.BOOLEAN },
    { enum: ['a', 1, true] },
  ])('%j is accepted', (value) => {
    expect(() => ingestPath(testStack(), { schema: student(value) })).not.toThrow();
  });

  test('each level on the path to the value must be an object that requires the next one', () => {
    const nested = (inner: JsonSchema): JsonSchema => ({ type: JsonSchemaType.OBJECT, required: ['who'], properties: { who: inner } });
    const made = (inner: JsonSchema) => () =>
      ingestPath(testStack(), { schema: nested(inner), keys: IngestKeys.of({ ...primary, partitionKey: '{tenant}#{body.who.id}' }) });
    expect(made({ type: JsonSchemaType.OBJECT, required: ['id'], properties: { id: text } })).not.toThrow();
    expect(made({ type: JsonSchemaType.OBJECT, properties: { id: text } })).toThrow(
      'missing schema.properties.who.required: expected a list with "id"',
    );
    expect(made({ required: ['id'], properties: { id: text } })).toThrow('missing schema.properties.who.type: expected OBJECT');
  });

  // Documented: "Quotas in Amazon DynamoDB", 2,048 bytes for partition keys and 1,024 for sort keys. {tenant} is at most 64,
  // {idempotencyKey} 384.
  test.each<[string, Partial<typeof primary>, string, number]>([
    ['partition', { partitionKey: '{tenant}#{body.student}' }, 'partitionKey', Math.floor((2_048 - 64 - 1) / 4)],
    ['sort', { sortKey: '{body.student}#{idempotencyKey}' }, 'sortKey', Math.floor((1_024 - 384 - 1) / 4)],
  ])(
    'a %s key of maximum length is accepted with any characters, and one more character is an error',
    (_, template, property, maxLength) => {
      const made = (length: number) => () =>
        ingestPath(testStack(), { keys: IngestKeys.of({ ...primary, ...template }), schema: student({ ...text, maxLength: length }) });
      expect(made(maxLength)).not.toThrow();
      expect(made(maxLength + 1)).toThrow(
        new RegExp(`^Test/Visits: invalid keys\\.${property} .*: expected a key of at most \\d+ bytes: this schema allows`),
      );
    },
  );

  test('the keys of indexes too', () => {
    const long = { ...withDay, properties: { ...withDay.properties, day: { ...text, maxLength: 1_000 } } };
    expect(() => environment(indexed, { keys, schema: long })).toThrow(
      /^Test\/Visits: invalid destination\.indexKeys\.gsi1pk .*: expected a key of at most 2048 bytes/,
    );
    const sortKey = IngestKeys.of({ ...primary, attributes: { gsi1sk: '{body.day}' }, filledByOthers: ['gsi1pk'] });
    expect(() => environment(indexed, { keys: sortKey, schema })).toThrow(
      'Test/Visits: invalid schema.required ["student"]: expected a list with "day", because keys.attributes.gsi1sk ("{body.day}") is built from it',
    );
  });
});
