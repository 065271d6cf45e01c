import fc from 'fast-check';
import { arnPatternOf, patternOf, variablesIn } from './pattern';

const SYNTAX = { wildcards: true, variables: true };
const none = () => undefined;

/** Matches one character after the other, with a table of all places: slow, and simple. */
function reference(pattern: string, text: string): boolean {
  let reached = new Set([0]);
  const skipped = (places: Set<number>) => {
    for (const place of places) if (pattern[place] === '*') places.add(place + 1);
    return places;
  };
  skipped(reached);
  for (const character of text) {
    const next = new Set<number>();
    for (const place of reached) {
      if (pattern[place] === '*') next.add(place);
      else if (pattern[place] === '?' || pattern[place] === character) next.add(place + 1);
    }
    reached = skipped(next);
  }
  return reached.has(pattern.length);
}

test('wildcards match like a table of all places', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\n'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\n'), maxLength: 8 });
  const answers = new Set<boolean>();
  fc.assert(
    fc.property(pattern, text, (own, value) => {
      const expected = reference(own, value);
      answers.add(expected);
      expect(patternOf(own, SYNTAX).matches(value, none)).toBe(expected);
    }),
    { numRuns: 5_000 },
  );
  expect(answers.size).toBe(2);
});

// A matcher that goes back to each star would not end.
test.each([`${'a*'.repeat(30)}b`, `${'*a?'.repeat(30)}b`, `${'*aa'.repeat(30)}b*`, `${'?*'.repeat(30)}b`])(
  'the time for %s does not explode',
  (pattern) => {
    const started = performance.now();
    expect(patternOf(pattern, SYNTAX).matches('a'.repeat(100_000), none)).toBe(false);
    expect(patternOf(pattern, SYNTAX).matches(`${'a'.repeat(100_000)}b`, none)).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  },
);

test('the value of a variable is one literal, and only a single value is one', () => {
  const { matches } = patternOf("${A:b}*${c, 'x*'}?", SYNTAX);
  const lookup = (value: string | string[] | undefined) => (key: string) => (key === 'a:b' ? value : undefined);
  expect(matches('v*-x*.', lookup('v*'))).toBe(true);
  expect(matches('vv-x*.', lookup('v*'))).toBe(false);
  expect(matches('v*-xy.', lookup('v*'))).toBe(false);
  for (const value of [undefined, '', ['v*']]) expect(matches('v*-x*.', lookup(value))).toBe(false);
});

test('what is no variable is text', () => {
  expect(patternOf('a$b${', SYNTAX).matches('a$b${', none)).toBe(true);
  expect(patternOf('${a}', { wildcards: true, variables: false }).matches('${a}', none)).toBe(true);
  expect(variablesIn("x${aws:PrincipalTag/Team, 'all'}${*}${AWS:UserId}")).toEqual(['aws:principaltag/team', 'aws:userid']);
});

test('an ARN with fewer than six parts matches nothing', () => {
  expect(arnPatternOf('*', SYNTAX).matches('arn:aws:s3:::b', none)).toBe(false);
  expect(arnPatternOf('arn:aws:s3:::*', SYNTAX).matches('b', none)).toBe(false);
  expect(arnPatternOf('arn:aws:s3:::*', SYNTAX).matches('arn:aws:s3:::b/a:c', none)).toBe(true);
});
