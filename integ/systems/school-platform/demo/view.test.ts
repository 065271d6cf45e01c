import type { Tally } from './tally';
import { createView, picture } from './view';

const tally: Tally = {
  seconds: 12,
  accepted: 4321,
  acceptedPerSecond: 350,
  queued: 1234,
  written: 2900,
  writtenPerSecond: 240,
  duplicates: 187,
  deadLetters: 5,
  schools: Array.from({ length: 40 }, (_, index) => ({
    id: `school-${String(index + 1).padStart(2, '0')}`,
    students: 125,
    accepted: 100,
    handled: index * 3,
  })),
  lessons: [],
};
const LEGEND = '█ written  ▒ accepted, in the queue  · not yet sent';

test.each([
  [80, 24],
  [100, 30],
  [160, 24],
  [160, 50],
  [240, 60],
])('at %i×%i the totals, every school and the legend are complete and use the full width', (columns, rows) => {
  // The last line is for the cursor, and one line stays for the output above.
  const lines = picture(tally, { columns, rows: rows - 2 });
  expect(lines.length).toBeLessThanOrEqual(rows - 2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  const text = lines.join('\n');
  expect(text).toContain('dead letters 5');
  expect(lines.at(-1)).toBe(LEGEND);
  for (const { id, handled } of tally.schools) expect(text).toMatch(new RegExp(`${id} [█▒·]{5,} +${handled}/125`));
  const widest = Math.max(...lines.map((line) => line.length));
  expect(widest).toBeGreaterThan(columns * 0.9);
});

const seconds = Array.from({ length: 30 }, (_, second) => ({ p95: second < 28 ? 10 + second : undefined, visits: second < 8 ? 0 : 300 }));

test.each([
  [80, 24],
  [100, 30],
  [160, 50],
])('at %i×%i every school is shown beside the lessons', (columns, rows) => {
  const lines = picture({ ...tally, lessons: seconds }, { columns, rows: rows - 2 });
  expect(lines.length).toBeLessThanOrEqual(rows - 2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  const text = lines.join('\n');
  for (const { id } of tally.schools) expect(text).toContain(`${id} `);
  // The last second whose requests are answered.
  expect(text).toContain('grades p95 37 ms');
  expect(lines.some((line) => /^grades p95 [▁-█]{20,}/.test(line))).toBe(true);
  expect(lines.some((line) => line.includes('visits ') && line.includes('█'))).toBe(true);
  expect(text.includes('120 ms ┄')).toBe(rows > 24);
});

test('schools that do not fit are counted, and the legend stays', () => {
  const lines = picture(tally, { columns: 60, rows: 14 });
  expect(lines.length).toBeLessThanOrEqual(14);
  expect(lines.at(-1)).toBe(LEGEND);
  const shown = lines.join('\n').match(/school-\d\d/g) ?? [];
  expect(lines).toContain(`and ${40 - shown.length} more schools`);
});

test('a bar shows what is written, queued and not yet sent', () => {
  const [line] = picture({ ...tally, schools: [{ id: 'a', students: 10, accepted: 8, handled: 5 }] }, { columns: 18, rows: 20 }).filter(
    (one) => one.startsWith('a '),
  );
  expect(line).toBe('a █████▒▒▒··  5/10');
});

test('without a terminal, each second has a line, and the chart of the lessons follows at the end', () => {
  const written: string[] = [];
  const view = createView({ isTTY: false, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream);
  view.draw({ ...tally, lessons: [{ p95: 20, visits: 0 }] });
  const lessons = [
    { p95: 20, visits: 0 },
    { p95: 130, visits: 200 },
  ];
  view.draw({ ...tally, lessons });
  view.end();
  expect(written).toHaveLength(3);
  expect(written[1]).toMatch(/^ {2}12 s {2}accepted 4321 .* grades p95 130 ms\n$/);
  expect(written[2]).toContain('120 ms');
  expect(written[2]).toContain('visits');
});
