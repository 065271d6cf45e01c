import type { Acceptance, ApiRecord, Arrival } from '../../government-api';
import { recordOf } from '../../government-api/record';
import { type PlannedReport, type ReportItem, sumOf, verdictOf } from './verdict';

const planned: readonly PlannedReport[] = Array.from({ length: 6 }, (_, place) => ({
  ...{ school: `school-${place}`, reference: `2026Q4-school-${place}`, rows: 10 + place },
  isValid: place !== 5,
}));
const acceptance = (place: number, at = 0, content = ''): Acceptance => ({
  ...{ at, reference: `2026Q4-school-${place}`, receipt: `R${place}`, school: `school-${place}`, period: '2026Q4' },
  ...{ payloadHash: `hash-${place}${content}`, rows: 10 + place },
});
const arrival = (place: number, at: number): Arrival => ({
  ...{ at, request: 'report', reference: `2026Q4-school-${place}`, outcome: 'processed' },
});
const item = (place: number, status: string): ReportItem => ({
  ...{ school: `school-${place}`, status, payloadHash: `hash-${place}`, rows: 10 + place, sends: 1 },
  ...(status === 'CONFIRMED' ? { receipt: `R${place}` } : {}),
});
const record = (acceptances: readonly Acceptance[]): ApiRecord =>
  recordOf(
    planned.map((_, place) => arrival(place, place * 500)),
    acceptances,
  );

/** Each valid report was accepted once, and the invalid one was rejected. */
const good = {
  items: planned.map(({ isValid }, place) => item(place, isValid ? 'CONFIRMED' : 'REJECTED')),
  acceptances: [0, 1, 2, 3, 4].map((place) => acceptance(place)),
};
const judged = ({ items, acceptances }: typeof good) => verdictOf(planned, items, record(acceptances));

test('each report is confirmed once, or rejected', () => {
  expect(judged(good)).toEqual({
    ...{ reports: 6, confirmed: 5, unknown: 0, deadLettered: 1, lost: 0, doubled: 0, deadLetteredWrongly: 0, altered: 0 },
    ...{ rows: 75, rowsAccepted: 60, attempts: 6, maxRate: 2 },
  });
});

test('a report that is confirmed, but was not accepted, is lost', () => {
  expect(judged({ ...good, acceptances: good.acceptances.slice(1) })).toMatchObject({ confirmed: 5, lost: 1, doubled: 0 });
});

test.each(['PLANNED', 'SENDING', 'WAITING'])('a report that ends as %s is lost', (status) => {
  const items = good.items.map((one, place) => (place === 2 ? item(2, status) : one));
  expect(judged({ ...good, items })).toMatchObject({ confirmed: 4, lost: 1 });
});

test('a report that is not in the table is lost', () => {
  expect(judged({ ...good, items: good.items.slice(0, 5) })).toMatchObject({ lost: 1, deadLettered: 0 });
});

test('a report that was accepted twice is doubled', () => {
  expect(judged({ ...good, acceptances: [...good.acceptances, acceptance(3, 9)] })).toMatchObject({
    lost: 0,
    doubled: 1,
    rowsAccepted: 60,
  });
});

test('a valid report that is rejected is dead-lettered wrongly, and so is one that was accepted', () => {
  const items = good.items.map((one, place) => (place === 1 ? item(1, 'REJECTED') : one));
  expect(judged({ ...good, items })).toMatchObject({ deadLettered: 2, deadLetteredWrongly: 1 });
  expect(judged({ ...good, acceptances: [...good.acceptances, acceptance(5)] })).toMatchObject({ deadLetteredWrongly: 1 });
});

test('an unknown outcome is neither lost nor dead-lettered wrongly, whether or not it was accepted', () => {
  const items = good.items.map((one, place) => (place === 1 ? item(1, 'OUTCOME_UNKNOWN') : one));
  expect(judged({ ...good, items })).toMatchObject({ unknown: 1, lost: 0, deadLetteredWrongly: 0 });
  expect(judged({ items, acceptances: good.acceptances.filter(({ receipt }) => receipt !== 'R1') })).toMatchObject({ unknown: 1, lost: 0 });
});

test('a report that was accepted with another content is altered', () => {
  const acceptances = good.acceptances.map((one, place) => (place === 4 ? acceptance(4, 0, '-other') : one));
  expect(judged({ ...good, acceptances })).toMatchObject({ altered: 1 });
});

test('verdicts are added, and the highest rate is kept', () => {
  const one = judged(good);
  const sum = sumOf([one, { ...one, maxRate: 7, lost: 2 }]);
  expect(sum).toMatchObject({ reports: 12, confirmed: 10, deadLettered: 2, lost: 2, rows: 150, maxRate: 7 });
});
