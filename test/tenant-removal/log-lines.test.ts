import { openLine } from '../../src/tenant-removal/lambda/log-lines';
import type { Removal } from '../../src/tenant-removal/lambda/removal';

const NOW = Date.parse('2026-11-29T08:00:00Z');
const at = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
const removal: Removal = {
  ...{ tenant: 'north', state: 'removing', startedAt: at(500), progressAt: at(1), found: {}, removed: {}, erasures: {} },
  ...{ pass: 1, done: [], foundInPass: 0, leaseUntil: 0, version: 3 },
};

test.each<[string, Partial<Removal>, number, number]>([
  ['it makes progress', {}, 1, 0],
  ['it has made none for more than a day', { progressAt: at(25) }, 1, 1],
  ['a count has made none for more than a day', { state: 'counting', progressAt: at(25) }, 1, 1],
  ['it waits for a lake', { progressAt: at(239), erasures: { Lake: '1' } }, 1, 0],
  ['it has waited for a lake for more than ten days', { progressAt: at(241), erasures: { Lake: '1' } }, 1, 1],
  ['it waits for a report', { progressAt: at(239), waiting: { Sync: [{ period: '2026Q3', waitsFor: 'DECISION' }] } }, 1, 0],
  [
    'it has waited for a report for more than ten days',
    { progressAt: at(241), waiting: { Sync: [{ period: '2026Q3', waitsFor: 'LIST' }] } },
    1,
    1,
  ],
  ['it is counted', { state: 'counted', progressAt: at(2_000) }, 0, 0],
  ['it is finished', { state: 'removed', progressAt: at(2_000) }, 0, 0],
])('a removal is overdue or not: %s', (_, changes, Open, Overdue) => {
  expect(openLine([{ ...removal, ...changes }], 'remove', NOW)).toMatchObject({ Open, Overdue });
});
