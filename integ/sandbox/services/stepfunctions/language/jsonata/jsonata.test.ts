import type { Json } from '../../../../contracts';
import { readDefinition } from '../../definition/definition';
import { fakeServices, runDefinition } from '../../testing';

const machine = (States: object, StartAt = 'A') => ({ QueryLanguage: 'JSONata', StartAt, States });
const pass = (fields: object) => machine({ A: { Type: 'Pass', ...fields, End: true } });

test.each<[Json, Json, Json]>([
  ['{% $states.input.a + 1 %}', { a: 1 }, 2],
  [
    { sum: '{% $sum($states.input.items.price) %}', fixed: [true, '{% 1 %}'] },
    { items: [{ price: 1 }, { price: 2 }] },
    { sum: 3, fixed: [true, 1] },
  ],
  ['{% $states.context.Execution.Name %}', {}, 'one'],
  ['{% $partition([1,2,3], 2) %}', {}, [[1, 2], [3]]],
  ['{% $range(0, 1, 0.5) %}', {}, [0, 0.5, 1]],
  ["{% $hash('a', 'SHA-256') %}", {}, 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
  ['{% $parse($states.input.t).a %}', { t: '{"a":[1]}' }, [1]],
  ['{% $length($uuid()) %}', {}, 36],
  ['{% ($n := $random(); $n >= 0 and $n < 1) %}', {}, true],
  ['{% $random(7) = $random(7) %}', {}, true],
  ['{% {"q": "{" & $states.input.a & "}"} %}', { a: 'x' }, { q: '{x}' }],
])('Output %j of %j is %j', async (Output, input, result) => {
  const { output, execution } = await runDefinition(pass({ Output }), input);
  expect([execution.cause, output]).toEqual([undefined, result]);
});

test.each<[string, string]>([
  [
    '{% $states.input.missing %}',
    "The JSONata expression '$states.input.missing' specified for the field 'States.A.Output' returned nothing (undefined).",
  ],
  ['{% 1 + "a" %}', 'threw an error during evaluation'],
  ['{% $sum %}', 'It returned a function'],
])('%s fails with States.QueryEvaluationError, which the history shows', async (Output, cause) => {
  const { execution, types } = await runDefinition(pass({ Output }));
  expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  expect(execution.cause).toContain(cause);
  expect(types).toEqual(['ExecutionStarted', 'PassStateEntered', 'EvaluationFailed', 'ExecutionFailed']);
});

test.each<[string, object]>([
  ['States.A.Output {% 1 + %} is not supported', pass({ Output: '{% 1 + %}' })],
  ['$eval is not supported', pass({ Output: "{% $eval('1') %}" })],
  ['States.A.Parameters is not supported', pass({ Parameters: {} })],
  ['States.A.QueryLanguage must be JSONata: the state machine is in JSONata', pass({ QueryLanguage: 'JSONPath' })],
])('a definition is rejected: %s', (message, definition) => {
  expect(() => readDefinition(JSON.stringify(definition))).toThrow(message);
});

test('a task gets its Arguments, and Output and Assign have its result', async () => {
  const fake = fakeServices({ function: (_name, input) => ({ doubled: (input as { n: number }).n * 2 }) });
  const States = {
    A: {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'B' },
      Arguments: { FunctionName: 'F', Payload: { n: '{% $states.input.n %}' } },
      ...{
        Assign: { twice: '{% $states.result.Payload.doubled %}' },
        Output: { n: '{% $states.input.n %}', r: '{% $states.result.Payload %}' },
      },
    },
    B: { Type: 'Succeed', Output: '{% $merge([$states.input, {"twice": $twice}]) %}' },
  };
  const { output } = await runDefinition(machine(States), { n: 4 }, fake);
  expect(fake.calls).toEqual([{ name: 'lambda:F', input: { n: 4 } }]);
  expect(output).toEqual({ n: 4, r: { doubled: 8 }, twice: 8 });
});

test('Catch has $states.errorOutput, and Choice has conditions with their own Output', async () => {
  const fake = fakeServices({ function: () => new RangeError('no') });
  const States = {
    A: {
      ...{ Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:F', Next: 'B' },
      Catch: [
        {
          ErrorEquals: ['RangeError'],
          Assign: { failed: true },
          Output: { e: '{% $states.errorOutput.Error %}', in: '{% $states.input %}' },
          Next: 'B',
        },
      ],
    },
    B: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $failed and $states.input.e = "RangeError" %}', Output: 'caught', Next: 'C' }],
      Default: 'D',
    },
    C: { Type: 'Succeed' },
    D: { Type: 'Fail', Error: '{% "E" & 1 %}', Cause: 'never' },
  };
  expect((await runDefinition(machine(States), 5, fake)).output).toBe('caught');
  const other = { ...States, B: { ...States.B, Choices: [{ Condition: '{% false %}', Next: 'C' }] } };
  expect((await runDefinition(machine(other), 5, fake)).execution).toMatchObject({ error: 'E1', cause: 'never' });
});

test('a state in JSONata in a machine in JSONPath', async () => {
  const States = {
    A: { Type: 'Pass', QueryLanguage: 'JSONata', Assign: { n: '{% $states.input.n * 2 %}' }, Next: 'B' },
    B: { Type: 'Pass', Parameters: { 'n.$': '$n' }, End: true },
  };
  expect((await runDefinition({ StartAt: 'A', States }, { n: 2 })).output).toEqual({ n: 4 });
});

test('Map takes Items, and each item has its context', async () => {
  const States = {
    A: {
      ...{
        Type: 'Map',
        Items: '{% $states.input.all %}',
        ItemSelector: { v: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
      },
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Output: '{% $states.input.v * 10 + $states.input.i %}', End: true } } },
      ...{ Output: '{% $sum($states.result) %}', End: true },
    },
  };
  expect((await runDefinition(machine(States), { all: [1, 2] })).output).toBe(31);
});
