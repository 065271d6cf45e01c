import type { Mode } from '../../systems/gov-sync/names';
import { readArguments } from './arguments';
import { figuresOf, promisesOf } from './outcome';
import { periodOf, type Run } from './run';

const PLANNED = { schools: 10, invalid: 1, grades: 30, maxPerSecond: 5 };
const run: Run = {
  ...{ reports: 10, confirmed: 9, unknown: 0, deadLettered: 1, lost: 0, doubled: 0, deadLetteredWrongly: 0, altered: 0 },
  ...{ rows: 30, rowsAccepted: 28, attempts: 20, maxRate: 5, executions: 1 },
};
const broken = (mode: Mode, change: Partial<Run>) => {
  const promises = promisesOf(new Map<Mode, Run[]>([[mode, [run, { ...run, ...change }]]]), PLANNED);
  return Object.keys(promises).filter((promise) => !promises[promise]);
};

test('a run without faults keeps all promises', () => {
  for (const mode of ['idempotencyKey', 'lookUp', 'neither'] as const) expect(broken(mode, {})).toEqual([]);
});

test.each<[Partial<Run>, string]>([
  [{ lost: 1 }, 'no report is lost'],
  [{ doubled: 1 }, 'no report is accepted twice'],
  [{ confirmed: 8 }, 'every report has an end: confirmed, dead-lettered or unknown'],
  [{ deadLetteredWrongly: 1 }, 'no report is dead-lettered wrongly, and all invalid ones are'],
  [{ confirmed: 10, deadLettered: 0 }, 'no report is dead-lettered wrongly, and all invalid ones are'],
  [{ confirmed: 8, deadLettered: 2 }, 'no report is dead-lettered wrongly, and all invalid ones are'],
  [{ confirmed: 8, unknown: 1 }, 'with a key or a look-up, no outcome stays unknown'],
  [{ altered: 1 }, 'each confirmed report has the content and the receipt that the API has'],
  [{ rows: 29 }, 'the rows of all reports are the grades that the platform accepted'],
  [{ maxRate: 6 }, 'the rate is never above what was stated'],
])('%j breaks a promise', (change, promise) => {
  expect(broken('lookUp', change)).toContain(promise);
});

test('where the API offers nothing, an outcome may stay unknown', () => {
  expect(broken('neither', { confirmed: 8, unknown: 1 })).toEqual([]);
});

test('the figures have the names and the order of a line', () => {
  expect(JSON.stringify(figuresOf('lookUp', [run, run]))).toBe(
    '{"mode":"lookUp","runs":2,"reports":20,"confirmed":18,"unknown":0,"deadLettered":2,"lost":0,"doubled":0,"deadLetteredWrongly":0,"maxRate":5,"attempts":40,"rows":60}',
  );
});

test('each seed has a quarter of its own', () => {
  expect([periodOf(1), periodOf(2), periodOf(3), periodOf(4), periodOf(50)]).toEqual(['2026Q2', '2026Q1', '2025Q4', '2025Q3', '2014Q1']);
});

test('the whole is the default, and wrong arguments are named', () => {
  expect(readArguments([])).toMatchObject({ runs: 50, schools: 400, modes: ['idempotencyKey', 'lookUp', 'neither'] });
  expect(() => readArguments(['--runs', '0'])).toThrow('Invalid --runs 0: expected an integer between 1 and 100.');
  expect(() => readArguments(['--speed', '0'])).toThrow('Invalid --speed 0: expected a number above 0, up to 10.');
  expect(() => readArguments(['--mode', 'both'])).toThrow('Invalid --mode both: expected one of idempotencyKey, lookUp, neither.');
  expect(() => readArguments(['--broken', 'toString'])).toThrow('Invalid --broken toString: expected one of ');
});
