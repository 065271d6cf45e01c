/** Prints patterns and events, one pair a line: those of "handwritten", and random ones that are the same each time. */

type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

let state = 20_261_130;
const random = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = <T>(list: readonly T[]): T => list[random(list.length)];
const some = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + random(most) }, make);

const TEXTS = ['x', 'y', 'xy', 'X', 'a.png', 'b.PNG', '10.0.0.1', '10.0.1.1', '', '5', 'null', 'a*b'];
const NUMBERS = [0, 1, 5, 5.5, -1, 300, 1e3];
const NAMES = ['a', 'b', 'c'];
const WILDCARDS = ['*', 'x*', '*x', '*.png', 'a*b', 'a\\*b', '*x*y*', '**', 'a\\b'];
const CIDRS = ['10.0.0.0/24', '10.0.0.0/8', '10.0.0.0/33', 'x'];

const scalar = (): Value => pick<() => Value>([() => pick(TEXTS), () => pick(NUMBERS), () => pick([true, false, null])])();

function rule(): Value {
  switch (random(14)) {
    case 0:
      return { exists: pick([true, false]) };
    case 1:
      return { prefix: pick(TEXTS) };
    case 2:
      return { suffix: pick([...TEXTS, '.png']) };
    case 3:
      return { prefix: { 'equals-ignore-case': pick(TEXTS) } };
    case 4:
      return { 'equals-ignore-case': pick(TEXTS) };
    case 5:
      return { 'anything-but': pick<Value>([pick(TEXTS), pick(NUMBERS), some(2, () => pick(TEXTS)), some(2, () => pick(NUMBERS))]) };
    case 6:
      return {
        'anything-but': {
          [pick(['prefix', 'suffix', 'equals-ignore-case', 'wildcard'])]: pick<Value>([pick(['x', '.png', '*y']), ['x', 'y']]),
        },
      };
    case 7:
      return {
        numeric: pick<Value>([
          ['>', 0, '<=', 5],
          ['=', 5],
          ['<', 300],
          ['>=', 5.5],
          ['>', 5, '<', 1],
        ]),
      };
    case 8:
      return { wildcard: pick(WILDCARDS) };
    case 9:
      return { cidr: pick(CIDRS) };
    default:
      return scalar();
  }
}

function pattern(depth: number): Value {
  const made: { [name: string]: Value } = {};
  for (const name of some(2, () => pick(NAMES))) made[name] = depth > 0 && random(3) === 0 ? pattern(depth - 1) : some(2, rule);
  if (random(8) === 0) made.$or = Array.from({ length: 2 }, () => pattern(0));
  return made;
}

function value(depth: number): Value {
  const kind = random(10);
  if (kind < 6 || depth === 0) return scalar();
  if (kind < 8) return Array.from({ length: random(4) }, () => value(depth - 1));
  return event(depth - 1);
}

function event(depth: number): Value {
  return Object.fromEntries(NAMES.filter(() => random(4) > 0).map((name) => [name, value(depth)]));
}

const handwritten: [Value, Value][] = [
  [{ a: { b: [{ exists: false }] } }, { a: [] }],
  [{ a: { b: [{ exists: false }] } }, { a: [1, 2] }],
  [{ a: { b: [{ exists: false }] } }, { a: [{ b: 1 }, { c: 2 }] }],
  [{ a: { b: [{ exists: false }] } }, { a: 'x' }],
  [
    { a: { b: ['x'], c: ['y'] } },
    {
      a: [
        { b: 'x', c: 'z' },
        { b: 'w', c: 'y' },
      ],
    },
  ],
  [{ a: { b: ['x'], c: ['y'] } }, { a: [{ b: 'x' }, { b: 'x', c: 'y' }] }],
  [{ a: { b: ['x'] } }, { a: [[{ b: 'x' }]] }],
  [{ a: ['x'] }, { a: [['x']] }],
  [{ a: [{ exists: true }] }, { a: [] }],
  [{ a: [{ exists: false }] }, { a: [] }],
  [{ a: [{ exists: true }] }, { a: {} }],
  [{ a: [{ exists: false }] }, { a: { b: 1 } }],
  [{ a: [{ exists: true }] }, { a: null }],
  [{ a: [{ 'anything-but': 'x' }] }, { a: ['x', 'y'] }],
  [{ a: [{ 'anything-but': 'x' }] }, { a: ['x'] }],
  [{ a: [{ 'anything-but': 'x' }] }, { a: null }],
  [{ a: [{ 'anything-but': ['x', 1] }] }, { a: 1 }],
  [{ a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 5 }],
  [{ a: [{ 'anything-but': { wildcard: 'x*' } }] }, { a: true }],
  [{ a: [300] }, { a: 300.0 }],
  [{ a: [300] }, { a: '300' }],
  [{ a: [1.0e10] }, { a: 1e10 }],
  [{ a: [{ numeric: ['>', 1] }] }, { a: 1e10 }],
  [{ a: [{ numeric: ['=', 1e10] }] }, { a: 1e10 }],
  [{ a: [0.1] }, { a: 0.1 }],
  [{ a: [{ numeric: ['>', 0.1234567] }] }, { a: 0.12345678 }],
  [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }],
  [{ $or: [{ a: ['x'] }] }, { a: 'x' }],
  [{ a: { $or: [{ b: ['x'] }, { c: ['y'] }] } }, { a: [{ b: 'w', c: 'y' }] }],
  [{ a: [] }, { a: 'x' }],
  [{ a: {} }, { a: {} }],
  [{}, {}],
  [{ a: 'x' }, { a: 'x' }],
  [{ a: [['x']] }, { a: 'x' }],
  [{ a: [{ prefix: '' }] }, { a: 'x' }],
  [{ a: [{ suffix: { 'equals-ignore-case': '.PNG' } }] }, { a: 'b.png' }],
  [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db8::1' }],
  [{ a: [{ cidr: '10.0.0.5' }] }, { a: '10.0.0.5' }],
  [{ a: [{ numeric: [] }] }, { a: 1 }],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, { a: 'xy' }],
  [{ 'a.b': ['x'] }, { a: { b: 'x' } }],
  [{ a: { b: ['x'] } }, { 'a.b': 'x' }],
  [{ a: { b: ['x'] } }, { 'a.b': 'x', a: { b: 'y' } }],
  [{ a: { b: ['x'], c: ['y'] } }, { 'a.b': 'x', a: { b: 'z', c: 'y' } }],
  [{ 'k8s.io/a': ['x'] }, { 'k8s.io/a': 'x' }],
];
const cases: [Value, Value][] = [...handwritten, ...Array.from({ length: 1500 }, (): [Value, Value] => [pattern(1), event(2)])];
process.stdout.write(cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
