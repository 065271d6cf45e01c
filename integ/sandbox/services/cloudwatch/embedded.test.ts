import { embeddedMetrics } from './embedded';

const CLOCK = { now: () => 1_000 };
const directive = (more: object = {}) => ({
  Namespace: 'Shop',
  Dimensions: [['Service']],
  Metrics: [{ Name: 'Orders', Unit: 'Count' }, { Name: 'Time' }],
  ...more,
});
const line = (fields: object, more: object = {}) =>
  JSON.stringify({ _aws: { Timestamp: 5, CloudWatchMetrics: [directive(more)] }, Service: 'web', Orders: 2, Time: [1, 2.5], ...fields });
const metrics = (message: string) => embeddedMetrics({ message }, CLOCK);

// Documented: "Specification: Embedded metric format" (Amazon CloudWatch User Guide).
test('a line has the metrics of its directives, with the time of its arrival', () => {
  const common = { namespace: 'Shop', dimensions: { Service: 'web' }, at: 1_000 };
  expect(metrics(line({}))).toEqual([
    { ...common, name: 'Orders', value: 2, unit: 'Count' },
    { ...common, name: 'Time', value: 1, unit: 'None' },
    { ...common, name: 'Time', value: 2.5, unit: 'None' },
  ]);
});

test('each set of dimensions is a metric, and properties are none', () => {
  const found = metrics(line({ school: 'one' }, { Dimensions: [['Service', 'Region'], ['Service'], []], Metrics: [{ Name: 'Orders' }] }));
  expect(found.map(({ dimensions }) => dimensions)).toEqual([{ Service: 'web' }, {}]);
});

test.each([
  ['text', 'no "_aws" here'],
  ['a broken line', '{"_aws":{'],
  ['no namespace', line({}, { Namespace: undefined })],
  ['no metrics', line({}, { Metrics: undefined })],
  ['a value that is no number', line({ Orders: 'two', Time: null })],
  ['too many dimensions', line({}, { Dimensions: [Array.from({ length: 31 }, () => 'Service')] })],
])('%s has no metrics', (_, message) => {
  expect(metrics(message)).toEqual([]);
});

test('a directive has at most 100 metrics, and a metric 100 values', () => {
  const Metrics = Array.from({ length: 200 }, () => ({ Name: 'Time' }));
  expect(metrics(line({ Time: Array.from({ length: 200 }, () => 1) }, { Metrics }))).toHaveLength(100 * 100);
});

test('what stands before the object, as in lines of functions, is skipped', () => {
  expect(metrics(`2026-11-30T08:00:00Z\tid\tINFO\t${line({})}`)).toHaveLength(3);
});
