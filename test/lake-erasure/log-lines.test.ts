import { openLine } from '../../src/lake-erasure/lambda/log-lines';
import { NOTHING } from '../../src/lake-erasure/lambda/record';

const HOUR = 3_600_000;
const request = { tenant: 'north', items: [{ partitionKey: 'north#1' }], requestedBy: 'T', reason: 'R' };

test.each([
  ['it waits', 240, 49, 0],
  ['it could have been finished a day ago', 100, 74, 1],
  ['its items are written again and again', 241, 1, 1],
])('an erasure is overdue or not: %s', (_, startedBefore, inTableBefore, Overdue) => {
  const now = Date.parse('2026-11-29T08:00:00Z');
  const at = (hours: number) => new Date(now - hours * HOUR).toISOString();
  const open = { id: '1', request, passes: 1, isInterrupted: false, erased: NOTHING, cursors: {} };
  const erasure = { ...open, startedAt: at(startedBefore), lastInTable: at(inTableBefore) };
  expect(openLine([erasure], 'erase', now, 49 * HOUR)).toMatchObject({ Open: 1, Overdue });
});
