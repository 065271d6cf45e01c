import { recordOf } from '../../government-api/record';
import { corrected, decisionsFor } from './decisions';

const report = (school: string, grade: number) => ({
  ...{ reference: `2026Q2-${school}`, school, period: '2026Q2' },
  rows: [{ student: 'student-1', course: 'Maths', grade }],
});
const item = (school: string, status: string) => ({ school, status, payloadHash: 'h' });
const accepted = { at: 0, reference: '2026Q2-b', receipt: 'R', school: 'b', period: '2026Q2', payloadHash: 'h', rows: 1 };

test('a rejected report is corrected, and an unknown outcome is ended by what the API has', () => {
  const decisions = decisionsFor({
    period: '2026Q2',
    items: [item('a', 'REJECTED'), item('b', 'OUTCOME_UNKNOWN'), item('c', 'OUTCOME_UNKNOWN'), item('d', 'CONFIRMED')],
    reports: ['a', 'b', 'c', 'd'].map((school) => report(school, 16)),
    record: recordOf([], [accepted]),
  });
  expect(decisions.map(({ kind, tenant, tenants, receipt }) => [kind, tenant ?? tenants, receipt])).toEqual([
    ['CORRECT', 'a', undefined],
    ['ACCEPTED', 'b', 'R'],
    ['NOT_ACCEPTED', ['c'], undefined],
  ]);
  expect(JSON.parse(String(decisions[0].report))).toEqual(report('a', 8));
  expect(corrected(report('a', 16))).toEqual(report('a', 8));
});

test('after a correction that failed because of an earlier send, the owner of the API is asked', () => {
  const decisions = decisionsFor({
    period: '2026Q2',
    items: [item('a', 'REJECTED'), item('b', 'REJECTED'), item('c', 'REJECTED')],
    reports: ['a', 'b', 'c'].map((school) => report(school, 16)),
    record: recordOf([], [accepted]),
    asked: new Set(['b', 'c']),
  });
  expect(decisions.map(({ kind, tenant, receipt, earlierSendNotAccepted }) => [kind, tenant, receipt, earlierSendNotAccepted])).toEqual([
    ['CORRECT', 'a', undefined, undefined],
    ['ACCEPTED', 'b', 'R', undefined],
    ['CORRECT', 'c', undefined, true],
  ]);
});
