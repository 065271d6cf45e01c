import { gradesLine } from './report';
import { createTimeline } from './timeline';

const answer = (milliseconds: number, status = 200) => ({ index: 0, status, milliseconds, lateMs: 0 });

test('requests belong to the second in which they were due, whenever they are answered', () => {
  let now = 50_000;
  const timeline = createTimeline(() => now);
  timeline.answered(answer(5), 100);
  now += 1_500;
  timeline.visit();
  timeline.visit();
  timeline.answered(answer(1_400), 150);
  // The first second is over, and its requests had time to be answered.
  expect(timeline.seconds()).toEqual([]);
  now += 1_500;
  timeline.answered(answer(7), 1_200);
  expect(timeline.seconds()).toEqual([
    { p95: 1400, visits: 0 },
    { p95: 1400, visits: 2 },
  ]);
});

test('the percentile of a second is that of the five seconds that end with it', () => {
  let now = 0;
  const timeline = createTimeline(() => now);
  timeline.answered(answer(300), 0);
  for (let due = 0; due < 7_000; due += 100) timeline.answered(answer(10), due + 1);
  timeline.answered(answer(400), 6_500);
  now = 8_000;
  expect(timeline.seconds().map(({ p95 }) => p95)).toEqual([300, 10, 10, 10, 10, 10, 10]);
  expect(timeline.part(0, 1_000)?.p95).toBe(300);
});

test('parts are compared, with their failed requests', () => {
  const timeline = createTimeline(() => 0);
  for (const dueMs of [0, 400, 800]) timeline.answered(answer(10), dueMs);
  timeline.answered(answer(30), 1_000);
  timeline.answered(answer(90, 503), 1_900);
  const grades = { before: timeline.part(0, 1_000), during: timeline.part(1_000, 2_000), after: timeline.part(2_000, 9_000) };
  expect(grades).toEqual({ before: { requests: 3, failed: 0, p95: 10 }, during: { requests: 2, failed: 1, p95: 90 }, after: undefined });
  expect(gradesLine(grades, 18)).toBe(
    'Teachers registered 4 grades, 1 requests failed.\n' +
      'Their p95: 10 ms before the visits, 90 ms during the 18 s of visits, not measured after them.\n' +
      'During the visits, the limit of 120 ms for their p95 was NOT kept: 1 requests failed.',
  );
});

const part = (p95: number, failed = 0) => ({ requests: 100, failed, p95 });

test.each([
  [part(120), 'the limit of 120 ms for their p95 was kept.'],
  [part(121), 'the limit of 120 ms for their p95 was NOT kept: other programs on this machine count too.'],
  [part(30, 2), 'the limit of 120 ms for their p95 was NOT kept: 2 requests failed.'],
])('the report says whether the limit was kept: %j', (during, says) => {
  const lines = gradesLine({ before: part(10), during, after: part(10) }, 25).split('\n');
  expect(lines.at(-1)).toBe(`During the visits, ${says}`);
});

test('without a request during the visits, nothing is said to be kept', () => {
  expect(gradesLine({ before: part(10), during: undefined, after: part(10) }, 25)).not.toContain('was kept.');
});
