import { actionOn, dueAt, type Lifecycle, type LifecycleRule, type Version } from './lifecycle-rules';

const at = (text: string) => Date.parse(`${text}Z`);
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString().slice(0, 16));
const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
  ...{ prefix: '', removesMarkers: false, transitions: [], noncurrentTransitions: [] },
  ...more,
});
const lifecycle = (...rules: Partial<LifecycleRule>[]): Lifecycle => ({ rules: rules.map(rule), smallest: () => 131_072 });
const version = (more: Partial<Version> = {}): Version => ({
  ...{ key: 'data/a', versionId: '1', isMarker: false, size: 200_000, storageClass: 'STANDARD' },
  createdAt: at('2026-01-15T10:30'),
  ...more,
});
/** What happens next to the first of these versions, or to another one. */
const next = (of: Lifecycle, versions: readonly Version[] = [version()], index = 0, isVersioned = true) => {
  const action = actionOn(of, versions, index, isVersioned);
  return action === undefined ? undefined : [action.kind, iso(action.at), ...('storageClass' in action ? [action.storageClass] : [])];
};

// Documented: the example of "Lifecycle rules: Based on an object's age" (Amazon S3 User Guide).
test.each([
  ['2014-01-15T10:30', 3, '2014-01-19T00:00'],
  ['2014-01-15T23:59', 1, '2014-01-17T00:00'],
  ['2014-01-15T00:00', 1, '2014-01-17T00:00'],
  ['2014-12-31T12:00', 30, '2015-01-31T00:00'],
])('what is created at %s is due after %d days at %s', (created, days, due) => {
  expect(iso(dueAt(at(created), { days }))).toBe(due);
});

test('a date is midnight of that day, whatever the age', () => {
  expect(iso(dueAt(at('2026-01-15T10:30'), { days: 3, date: at('2026-03-01T00:00') }))).toBe('2026-03-01T00:00');
});

test('a current version expires: with a marker if the bucket has versions, else for ever', () => {
  const rules = lifecycle({ expiration: { days: 90 } });
  expect(next(rules)).toEqual(['expire', '2026-04-16T00:00']);
  expect(next(rules, [version()], 0, false)).toEqual(['remove', '2026-04-16T00:00']);
});

test('a rule applies to its prefix and its sizes', () => {
  expect(next(lifecycle({ prefix: 'quarantine/', expiration: { days: 1 } }))).toBeUndefined();
  expect(next(lifecycle({ prefix: 'data/', expiration: { days: 1 } }))).toBeDefined();
  expect(next(lifecycle({ largerThan: 200_000, expiration: { days: 1 } }))).toBeUndefined();
  expect(next(lifecycle({ largerThan: 199_999, smallerThan: 200_001, expiration: { days: 1 } }))).toBeDefined();
  expect(next(lifecycle({ smallerThan: 200_000, expiration: { days: 1 } }))).toBeUndefined();
});

test('a noncurrent version is removed by the time of its successor, and some can be kept', () => {
  const versions = [
    version({ versionId: '3', createdAt: at('2026-03-01T08:00') }),
    version({ versionId: '2', createdAt: at('2026-02-01T08:00') }),
    version(),
  ];
  expect(next(lifecycle({ noncurrent: { days: 30, newer: 0 } }), versions, 1)).toEqual(['remove', '2026-04-01T00:00']);
  expect(next(lifecycle({ noncurrent: { days: 30, newer: 0 } }), versions, 2)).toEqual(['remove', '2026-03-04T00:00']);
  expect(next(lifecycle({ noncurrent: { days: 30, newer: 1 } }), versions, 1)).toBeUndefined();
  expect(next(lifecycle({ noncurrent: { days: 30, newer: 1 } }), versions, 2)).toEqual(['remove', '2026-03-04T00:00']);
  expect(next(lifecycle({ noncurrent: { days: 30, newer: 0 } }), versions)).toBeUndefined();
});

test('a delete marker is removed once it is the only version', () => {
  const marker = version({ versionId: '2', isMarker: true, size: 0 });
  expect(next(lifecycle({ removesMarkers: true }), [marker])).toEqual(['remove', '2026-01-16T00:00']);
  expect(next(lifecycle({ expiration: { days: 3 } }), [marker])).toEqual(['remove', '2026-01-19T00:00']);
  expect(next(lifecycle({ removesMarkers: true, expiration: { days: 3 } }), [marker, version()])).toBeUndefined();
  expect(next(lifecycle({ noncurrent: { days: 1, newer: 0 } }), [marker])).toBeUndefined();
});

test('an object only moves on, to the class of the rule that is due first, and small ones stay', () => {
  const transitions = [
    { days: 90, storageClass: 'STANDARD_IA' },
    { days: 365, storageClass: 'GLACIER_IR' },
  ];
  const rules = lifecycle({ transitions });
  expect(next(rules)).toEqual(['transition', '2026-04-16T00:00', 'STANDARD_IA']);
  expect(next(rules, [version({ storageClass: 'STANDARD_IA' })])).toEqual(['transition', '2027-01-16T00:00', 'GLACIER_IR']);
  expect(next(rules, [version({ storageClass: 'GLACIER_IR' })])).toBeUndefined();
  expect(next(rules, [version({ size: 131_071 })])).toBeUndefined();
  expect(next(lifecycle({ transitions, largerThan: 100 }), [version({ size: 131_071 })])).toBeDefined();
});

test('if a removal and a transition are due at the same time, the object is removed', () => {
  const rules = lifecycle({ transitions: [{ days: 30, storageClass: 'GLACIER' }], expiration: { days: 30 } });
  expect(next(rules)?.[0]).toBe('expire');
});
