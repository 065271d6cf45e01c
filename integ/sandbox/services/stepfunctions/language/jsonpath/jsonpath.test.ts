import type { Json } from '../../../../contracts';
import { runDefinition } from '../../testing';

const pass = (fields: object) => ({ StartAt: 'A', States: { A: { Type: 'Pass', ...fields, End: true } } });

describe('intrinsic functions (documented: "Intrinsic functions for JSONPath states in Step Functions")', () => {
  test.each<[string, Json, Json]>([
    ["States.Format('Hello {}, {}', $.name, $.n)", { name: 'Ada', n: 3 }, 'Hello Ada, 3'],
    ["States.Format('{}', $)", { a: 1, b: [] }, '{a=1, b=[]}'],
    ["States.Format('\\{\\} it\\'s {}', 1)", {}, "{} it's 1"],
    ['States.StringToJson($.text)', { text: '{"a":[1]}' }, { a: [1] }],
    ["States.StringToJson('')", {}, null],
    ['States.JsonToString($.o)', { o: { a: 1 } }, '{"a":1}'],
    ["States.Array(1, 'two', $.three, null, true)", { three: [3] }, [1, 'two', [3], null, true]],
    ['States.ArrayPartition($.all, 4)', { all: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ['States.ArrayContains($.all, $.one)', { all: [{ a: [1] }], one: { a: [1] } }, true],
    ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
    ['States.ArrayRange(0, -4, -2)', {}, [0, -2, -4]],
    ['States.ArrayGetItem($.all, 1)', { all: ['a', 'b'] }, 'b'],
    ['States.ArrayLength($.all[*])', { all: [1, 2] }, 2],
    ['States.ArrayUnique($.all)', { all: [1, 2, 1, { a: 1 }, { a: 1 }] }, [1, 2, { a: 1 }]],
    ["States.Base64Encode('Ümlaut')", {}, 'w5xtbGF1dA=='],
    ["States.Base64Decode('w5xtbGF1dA==')", {}, 'Ümlaut'],
    ["States.Hash('a', 'SHA-256')", {}, 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['States.JsonMerge($.l, $.r, false)', { l: { a: { x: 1 }, b: 1 }, r: { a: { y: 2 } } }, { a: { y: 2 }, b: 1 }],
    ['States.MathAdd($.n, -1.4)', { n: 3 }, 2],
    ["States.StringSplit('a.b+c..d', '.+')", {}, ['a', 'b', 'c', 'd']],
    ["States.ArrayGetItem(States.StringSplit('2026-Q4', '-'), States.MathAdd(0, 1))", {}, 'Q4'],
  ])('%s of %j is %j', async (call, input, result) => {
    const { output, execution } = await runDefinition(pass({ Parameters: { 'r.$': call } }), input);
    expect([execution.cause, output]).toEqual([undefined, { r: result }]);
  });

  test.each<[string, Json]>([
    ["States.StringToJson('{')", {}],
    ['States.ArrayGetItem($.all, 5)', { all: [] }],
    ['States.ArrayRange(0, 5000, 1)', {}],
    ["States.Hash('a', 'CRC')", {}],
    ["States.Format('{} {}', 1)", {}],
    ['States.JsonMerge($.l, $.l, true)', { l: {} }],
  ])('%s fails with States.IntrinsicFailure', async (call, input) => {
    const { execution } = await runDefinition(pass({ Parameters: { 'r.$': call } }), input);
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.IntrinsicFailure']);
  });

  test('States.UUID has a new value at each call, and States.MathRandom repeats for the name of an execution', async () => {
    const once = async () =>
      (await runDefinition(pass({ Parameters: { 'u.$': 'States.UUID()', 'r.$': 'States.MathRandom(1, 1000)' } }))).output;
    const [first, second] = [await once(), await once()] as { u: string; r: number }[];
    expect(first.u).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-/);
    expect(second.u).not.toBe(first.u);
    expect(second.r).toBe(first.r);
  });
});

describe('paths', () => {
  test.each<[string, Json, Json]>([
    ['$.orders[*].id', { orders: [{ id: 1 }, { id: 2 }] }, [1, 2]],
    ['$.missing[*]', {}, []],
    ['$.a[1:3]', { a: [0, 1, 2, 3] }, [1, 2]],
    [
      "$.a[?(@.kind == 'x')].n",
      {
        a: [
          { kind: 'x', n: 1 },
          { kind: 'y', n: 2 },
        ],
      },
      [1],
    ],
    ['$..id', { a: { id: 1 }, b: [{ id: 2 }] }, [1, 2]],
    ["$['a b'][0]", { 'a b': [7] }, 7],
  ])('%s of %j is %j', async (path, input, result) => {
    expect((await runDefinition(pass({ OutputPath: path }), input)).output).toEqual(result);
  });

  test('a filter cannot run code', async () => {
    const { execution } = await runDefinition(pass({ OutputPath: "$.a[?(@.constructor.constructor('return process')().exit(1))]" }), {
      a: [1],
    });
    expect(execution.status).toBe('FAILED');
  });
});

test('variables: a state sees those of the states before it, Parallel reads outer ones, and what it assigns stays inside', async () => {
  const States = {
    A: { Type: 'Pass', Assign: { 'id.$': '$.id', list: [1, 2] }, Next: 'B' },
    B: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'C', States: { C: { Type: 'Pass', Assign: { inner: 1 }, Parameters: { 'v.$': '$id' }, End: true } } }],
      Next: 'D',
    },
    D: { Type: 'Choice', Choices: [{ Variable: '$list[1]', NumericEquals: 2, Next: 'E', Assign: { chosen: true } }], Default: 'E' },
    E: { Type: 'Pass', Parameters: { 'id.$': '$id', 'chosen.$': '$chosen', 'text.$': "States.Format('{}', $list[0])" }, End: true },
  };
  expect((await runDefinition({ StartAt: 'A', States }, { id: 'x' })).output).toEqual({ id: 'x', chosen: true, text: '1' });
  const after = { ...States, E: { Type: 'Pass', Parameters: { 'inner.$': '$inner' }, End: true } };
  expect((await runDefinition({ StartAt: 'A', States: after }, { id: 'x' })).execution.error).toBe('States.Runtime');
});

test('variables are assigned from the result, and take the values of before', async () => {
  const States = {
    A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
    B: { Type: 'Pass', Result: { m: 5 }, Assign: { 'n.$': '$.m', 'old.$': '$n' }, Next: 'C' },
    C: { Type: 'Pass', Parameters: { 'n.$': '$n', 'old.$': '$old' }, End: true },
  };
  const { output, events } = await runDefinition({ StartAt: 'A', States });
  expect(output).toEqual({ n: 5, old: 1 });
  expect(
    events.find(
      ({ type, stateExitedEventDetails }) => type === 'PassStateExited' && JSON.stringify(stateExitedEventDetails).includes('old'),
    ),
  ).toMatchObject({
    stateExitedEventDetails: { name: 'B', output: '{"m":5}', assignedVariables: { n: '5', old: '1' } },
  });
});
