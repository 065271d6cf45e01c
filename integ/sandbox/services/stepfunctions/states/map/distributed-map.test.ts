import type { Json, JsonObject } from '../../../../contracts';
import { readDefinition } from '../../definition/definition';
import { type FakeServices, fakeServices, runDefinition } from '../../testing';

const FN = 'arn:aws:lambda:us-east-1:123456789012:function:F';
const GET = { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'b', Key: 'k' } };

function map(fields: object, state: object = { Type: 'Pass' }) {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'I',
    States: { I: { End: true, ...state } },
  };
  return { StartAt: 'M', States: { M: { Type: 'Map', ItemProcessor, End: true, ...fields } } };
}

function withObject(text: string, answers: Parameters<typeof fakeServices>[0] = {}): FakeServices {
  const fake = fakeServices(answers);
  fake.objects.set('b/k', text);
  return fake;
}

describe('ItemReader', () => {
  test.each<[string, object, string, Json]>([
    ['JSON', { InputType: 'JSON' }, '[1,{"a":2}]', [1, { a: 2 }]],
    ['JSON at a pointer', { InputType: 'JSON', ItemsPointer: '/a~1b/c' }, '{"a/b":{"c":[1]}}', [1]],
    ['JSONL', { InputType: 'JSONL' }, '{"a":1}\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    [
      'CSV with headers',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      'a,b\r\n1,"x, ""y"""\r\n2\r\n',
      [
        { a: '1', b: 'x, "y"' },
        { a: '2', b: '' },
      ],
    ],
    [
      'CSV with given headers',
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x'], CSVDelimiter: 'PIPE' },
      '1|2\n',
      [{ x: '1' }],
    ],
    ['MaxItems', { InputType: 'JSON', MaxItems: 1 }, '[1,2]', [1]],
  ])('%s', async (_title, ReaderConfig, text, items) => {
    const { output, execution } = await runDefinition(map({ ItemReader: { ...GET, ReaderConfig } }), {}, withObject(text));
    expect([execution.cause, output]).toEqual([undefined, items]);
  });

  test('the objects of a bucket', async () => {
    const fake = withObject('xyz');
    const Resource = 'arn:aws:states:::s3:listObjectsV2';
    const { output } = await runDefinition(map({ ItemReader: { Resource, Parameters: { Bucket: 'b', Prefix: '' } } }), {}, fake);
    expect(output).toEqual([{ Etag: '"e"', Key: 'k', LastModified: 1767225600, Size: 3, StorageClass: 'STANDARD' }]);
  });

  test.each<[string, string]>([
    ['{"a":1}', 'Attempting to map over non-iterable node.'],
    ['[1', 'JSON'],
  ])('%s fails the map run with States.ItemReaderFailed', async (text, cause) => {
    const { execution, types } = await runDefinition(
      map({ ItemReader: { ...GET, ReaderConfig: { InputType: 'JSON' } } }),
      {},
      withObject(text),
    );
    expect(execution).toMatchObject({ error: 'States.ItemReaderFailed', cause: expect.stringContaining(cause) });
    expect(types).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('an object that is not there', async () => {
    const { execution } = await runDefinition(map({ ItemReader: { ...GET, ReaderConfig: { InputType: 'JSON' } } }));
    expect(execution).toMatchObject({ error: 'States.ItemReaderFailed', cause: 'NoSuchKey: The specified key does not exist.' });
  });
});

describe('ItemBatcher', () => {
  test('batches of items, with the shared input', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'q.$': '$.q' } };
    const { output } = await runDefinition(map({ ItemsPath: '$.all', ItemBatcher }), { all: [1, 2, 3], q: '2026Q4' });
    expect(output).toEqual([
      { BatchInput: { q: '2026Q4' }, Items: [1, 2] },
      { BatchInput: { q: '2026Q4' }, Items: [3] },
    ]);
  });

  test('batches of bytes', async () => {
    const all = Array.from({ length: 10 }, () => 'x'.repeat(30));
    const { output } = await runDefinition(map({ ItemBatcher: { MaxInputBytesPerBatch: 120 } }), all);
    const batches = output as { Items: string[] }[];
    expect(batches.flatMap(({ Items }) => Items)).toEqual(all);
    expect(batches.every((batch) => JSON.stringify(batch).length <= 120)).toBe(true);
    expect(batches.length).toBe(4);
  });
});

describe('tolerated failures', () => {
  const odd = () => fakeServices({ function: (_name, input) => ((input as number) % 2 === 1 ? new Error('odd') : input) });
  const task = { Type: 'Task', Resource: FN };

  test.each<[object, boolean]>([
    [{}, false],
    [{ ToleratedFailureCount: 1 }, false],
    [{ ToleratedFailureCount: 2 }, true],
    [{ ToleratedFailurePercentage: 49 }, false],
    [{ ToleratedFailurePercentage: 50 }, true],
    [{ ToleratedFailurePercentage: 100 }, true],
  ])('%j of two failures in four: the map run succeeds: %s', async (fields, succeeds) => {
    const { execution, output } = await runDefinition(map(fields, task), [1, 2, 3, 4], odd());
    expect(execution.error).toBe(succeeds ? undefined : 'States.ExceedToleratedFailureThreshold');
    if (succeeds)
      expect(output).toEqual([{ Error: 'Error', Cause: expect.any(String) }, 2, { Error: 'Error', Cause: expect.any(String) }, 4]);
  });

  test('the items of a failed batch count', async () => {
    const fake = fakeServices({ function: () => new Error('all') });
    const fields = { ItemBatcher: { MaxItemsPerBatch: 3 }, ToleratedFailureCount: 2 };
    expect((await runDefinition(map(fields, task), [1, 2, 3], fake)).execution.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  test('after too many failures no more children start', async () => {
    const fake = odd();
    await runDefinition(map({ MaxConcurrency: 1, ToleratedFailureCount: 1 }, task), [1, 3, 5, 7], fake);
    expect(fake.calls.map(({ input }) => input)).toEqual([1, 3]);
  });
});

test('a role that may not start executions of its state machine has no children', async () => {
  const fake = fakeServices({ denied: (action) => action === 'states:StartExecution' });
  const { execution } = await runDefinition(map({}, { Type: 'Task', Resource: FN }), [1, 2], fake);
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.Permissions',
    cause: expect.stringMatching(/states:StartExecution on resource: arn:aws:states:us-east-1:123456789012:stateMachine:\w+$/),
  });
  expect(fake.calls).toEqual([]);
});

test('no more than MaxConcurrency children run at a time', async () => {
  let running = 0;
  let most = 0;
  const fake = fakeServices({
    async function(_name, input) {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return input;
    },
  });
  const all = Array.from({ length: 30 }, (_, index) => index);
  const { output } = await runDefinition(map({ MaxConcurrency: 4 }, { Type: 'Task', Resource: FN }), all, fake);
  expect([output, most]).toEqual([all, 4]);
});

describe('ResultWriter', () => {
  const ResultWriter = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'runs' } };
  const written = async (fields: object) => {
    const fake = fakeServices({ function: (_name, input) => (input === 2 ? new RangeError('two') : [input]) });
    const { output, execution } = await runDefinition(
      map({ ResultWriter, Label: 'Reports', ...fields }, { Type: 'Task', Resource: FN }),
      [1, 2, 3],
      fake,
    );
    const keys = [...fake.objects.keys()].map((key) => key.slice('out/'.length));
    const read = (name: string) => fake.objects.get(`out/${keys.find((key) => key.endsWith(name))}`) ?? '';
    return { output, execution, keys, read };
  };

  test('the manifest lists the files, and each child is there with its input, output or error', async () => {
    const { output, read, keys } = await written({ ToleratedFailurePercentage: 100 });
    const { MapRunArn, ResultWriterDetails } = output as { MapRunArn: string; ResultWriterDetails: JsonObject };
    expect(MapRunArn).toMatch(/^arn:aws:states:us-east-1:123456789012:mapRun:Machine\/Reports:[\da-f-]{36}$/);
    const folder = `runs/${MapRunArn.split(':').pop()}`;
    expect(ResultWriterDetails).toEqual({ Bucket: 'out', Key: `${folder}/manifest.json` });
    expect(keys.sort()).toEqual(['FAILED_0.json', 'SUCCEEDED_0.json', 'manifest.json'].map((name) => `${folder}/${name}`));
    const [succeeded, failed] = [JSON.parse(read('SUCCEEDED_0.json')), JSON.parse(read('FAILED_0.json'))] as JsonObject[][];
    expect(JSON.parse(read('manifest.json'))).toEqual({
      ...{ DestinationBucket: 'out', MapRunArn },
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: read('FAILED_0.json').length }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: read('SUCCEEDED_0.json').length }],
      },
    });
    expect(succeeded.map(({ Input, Output, Status }) => [Input, Output, Status])).toEqual([
      ['1', '[1]', 'SUCCEEDED'],
      ['3', '[3]', 'SUCCEEDED'],
    ]);
    expect(failed).toMatchObject([
      {
        Input: '2',
        Status: 'FAILED',
        Error: 'RangeError',
        StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine/Reports',
      },
    ]);
  });

  test('it is written for a failed map run, too', async () => {
    const { execution, keys } = await written({ MaxConcurrency: 1 });
    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(keys.map((key) => key.split('/').pop()).sort()).toEqual(['FAILED_0.json', 'SUCCEEDED_0.json', 'manifest.json']);
  });

  test.each<[object, string]>([
    [{ Transformation: 'COMPACT' }, '[[1],[3]]'],
    [{ Transformation: 'FLATTEN' }, '[1,3]'],
    [{ Transformation: 'FLATTEN', OutputType: 'JSONL' }, '1\n3'],
  ])('%j', async (WriterConfig, text) => {
    const { read } = await written({ ToleratedFailurePercentage: 100, ResultWriter: { ...ResultWriter, WriterConfig } });
    expect(read('OutputType' in WriterConfig ? 'SUCCEEDED_0.jsonl' : 'SUCCEEDED_0.json')).toBe(text);
  });
});

test('children have their own context and variables, and a history of their own', async () => {
  const state = { Type: 'Pass', Parameters: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'name.$': '$$.StateMachine.Name' } };
  const { output, types } = await runDefinition(map({}, state), ['a']);
  expect(output).toEqual([{ v: 'a', i: 0, name: 'Machine/M' }]);
  expect(types).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
});

test('results above 256 KiB need a ResultWriter', async () => {
  const all = Array.from({ length: 3 }, () => 'x'.repeat(80_000));
  const { execution } = await runDefinition(map({ ItemSelector: { 'v.$': '$$.Map.Item.Value', 'w.$': '$$.Map.Item.Value' } }), all);
  expect(execution).toMatchObject({ error: 'States.DataLimitExceeded', cause: expect.stringContaining('ResultWriter') });
});

test.each<[string, object]>([
  ['ItemReader.ReaderConfig.InputType MANIFEST is not supported', { ItemReader: { ...GET, ReaderConfig: { InputType: 'MANIFEST' } } }],
  ['ItemBatcher must have MaxItemsPerBatch or MaxInputBytesPerBatch', { ItemBatcher: {} }],
  ['ResultWriter.Resource x is not supported', { ResultWriter: { Resource: 'x' } }],
])('rejected: %s', (message, fields) => {
  expect(() => readDefinition(JSON.stringify(map(fields)))).toThrow(message);
});
