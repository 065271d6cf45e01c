import { differenceOf, type Row } from './rows';

const rows: readonly Row[] = [
  ['event-1', '95.50', null],
  ['event-2', '80.00', 'x'],
  ['event-3', null, 'y'],
];
const [one, two, three] = rows;

test('the same rows in another order do not differ', () => {
  expect(differenceOf(rows, [three, one, two])).toEqual({ missing: 0, added: 0 });
});

test.each<[string, readonly Row[], { missing: number; added: number }]>([
  ['no row', [], { missing: 3, added: 0 }],
  ['a row less', [one, two], { missing: 1, added: 0 }],
  ['each row twice', [...rows, ...rows], { missing: 0, added: 3 }],
  ['one row twice instead of another one', [one, one, three], { missing: 1, added: 1 }],
  ['another value', [one, ['event-2', '80.01', 'x'], three], { missing: 1, added: 1 }],
  ['no value', [one, ['event-2', '80.00', null], three], { missing: 1, added: 1 }],
  ['an empty text for no value', [one, two, ['event-3', '', 'y']], { missing: 1, added: 1 }],
  ['a column less', [one, two, ['event-3', null]], { missing: 1, added: 1 }],
])('%s is a difference', (_name, after, expected) => {
  expect(differenceOf(rows, after)).toEqual(expected);
});
