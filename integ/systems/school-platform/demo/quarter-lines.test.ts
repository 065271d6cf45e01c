import { FAULTS } from '../../../government-api';
import { brokenPromises, OUTCOMES, type QuarterAnswer, quarterLines } from './quarter-lines';

const answer: QuarterAnswer = {
  ...{ period: '2026Q4', status: 'COMPLETE', attempts: 1, counts: { CONFIRMED: 40 }, grades: 1_583, gradesAccepted: 1_583 },
  outcomes: { processed: 32, slowAnswer: 3, cutAnswer: 2, timeoutAfter: 3, rateLimited: 6, rateLimitedDate: 2, burst: 4, maintenance: 1 },
  ...{ accepted: 40, doubled: 0, lost: [], minutes: 12, seconds: 9 },
  ...{ picture: 'Claim the period  1\n\nSend the reports  1', pages: ['reports/demo/quarter.svg', 'reports/demo/quarter.html'] },
};

test('the figures, what the API did, and the picture of a quarter', () => {
  expect(quarterLines(answer)).toEqual([
    'The reports of 2026Q4 to a government API that fails in every way, by a plan that is the same in each run:',
    '  40 planned from the lake, with 1,583 grades; sent in 53 requests, 18 of which met a fault.',
    '  40 confirmed, 0 rejected, 0 unknown, 0 waiting, after 1 attempt. Accepted twice by the API: 0.',
    '  Each report arrived once, with the grades of the table.',
    'What the API did with the requests:',
    `  accepted                             32  ${'█'.repeat(32)}`,
    '  accepted after up to 40 s             3  ███',
    '  accepted, but the answer was lost     5  █████',
    '  429, too many requests                8  ████████',
    '  500 or 503                            4  ████',
    '  maintenance                           1  █',
    'The state machine took 12 minutes by the clock, and 9 s here, because waits are skipped. How often each state was entered:',
    '',
    '  Claim the period  1',
    '',
    '  Send the reports  1',
    '',
    'In a browser, with the page that the school administration sees: reports/demo/quarter.svg and reports/demo/quarter.html',
  ]);
});

test('each fault of the API is in one line', () => {
  const names = OUTCOMES.flatMap(([, of]) => of).sort();
  expect(names).toEqual([...Object.keys(FAULTS), 'burst', 'processed', 'unauthorized'].sort());
});

test.each<[why: string, more: Partial<QuarterAnswer>, broken: string[]]>([
  ['nothing', {}, []],
  ['the period is not complete', { status: 'INCOMPLETE' }, ['2026Q4 is INCOMPLETE']],
  ['nothing was planned', { counts: {}, accepted: 0 }, ['no report was planned']],
  ['two are not confirmed', { counts: { CONFIRMED: 38, REJECTED: 1, WAITING: 1 } }, ['2 of 40 reports are not confirmed']],
  [
    'one is lost',
    { lost: ['school-07'], accepted: 39 },
    ['school-07 confirmed, but not accepted by the API', 'the API accepted 39 of 40 reports'],
  ],
  ['one was accepted twice', { doubled: 1 }, ['the API accepted 1 reports twice']],
  ['a grade is missing', { gradesAccepted: 1_582 }, ['the reports have 1582 grades, and the table has 1583']],
])('what does not hold is said: %s', (_, more, broken) => {
  const changed = { ...answer, ...more };
  expect(brokenPromises(changed)).toEqual(broken);
  expect(quarterLines(changed)[3]).toBe(
    broken.length === 0 ? '  Each report arrived once, with the grades of the table.' : `  NOT as promised: ${broken.join(', and ')}.`,
  );
});
