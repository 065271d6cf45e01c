import { type QuarterAnswer, quarterLines } from './quarter-lines';

const answer: QuarterAnswer = {
  ...{ period: '2026Q4', status: 'COMPLETE', schools: 40, counts: { CONFIRMED: 40 }, sent: 71, accepted: 40, doubled: 0 },
  ...{ minutes: 12, seconds: 9, picture: 'Claim the period  1\nSend the reports  1' },
};

test('the figures and the picture of a quarter', () => {
  expect(quarterLines(answer)).toEqual([
    'The reports of 2026Q4 to a government API that fails two of five requests: the period is COMPLETE.',
    '40 schools: 40 confirmed. The API got 71 requests, accepted 40 reports, and none twice.',
    'It took 12 minutes by the clock and 9 s here, because waits are skipped. What each state did:',
    '',
    '  Claim the period  1',
    '  Send the reports  1',
  ]);
});

test('what is not confirmed, and what was accepted twice, is said', () => {
  const [, line] = quarterLines({ ...answer, counts: { CONFIRMED: 38, REJECTED: 2 }, doubled: 1 });
  expect(line).toBe('40 schools: 38 confirmed, 2 REJECTED. The API got 71 requests, accepted 40 reports, and 1 twice.');
});
