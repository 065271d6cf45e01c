import type { JsonObject } from '../../sandbox';
import { drawExecutions } from '.';
import { jumpsOf } from './jumps';
import { rowsOf } from './rows';

const task = (Next: string, rest: object = {}) => ({ Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:1:function:F', Next, ...rest });

/** A sync: loops, skipped states, a branch in a child execution, and ends. */
const definition = {
  StartAt: 'Claim the period',
  States: {
    'Nobody else': { Type: 'Choice', Choices: [{ Next: 'Is the data complete?' }], Default: 'Not this time' },
    'Is the data complete?': { Type: 'Choice', Choices: [{ Next: 'Send the reports' }], Default: 'Wait for the data' },
    'Wait for the data': { Type: 'Wait', Seconds: 900, Next: 'Is the data complete?' },
    'Not this time': { Type: 'Succeed' },
    'Claim the period': task('Nobody else'),
    'Send the reports': {
      ...{ Type: 'Map', Next: 'Close <the> period' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Try to send',
        States: {
          'Try to send': {
            ...{ Type: 'Parallel', Next: 'Confirmed', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Left' }] },
            Branches: [
              {
                StartAt: 'Send',
                States: {
                  Send: task('Judge'),
                  Judge: { Type: 'Choice', Choices: [{ Next: 'Later' }], Default: 'Sent' },
                  Later: { Type: 'Fail' },
                  Sent: { Type: 'Pass', End: true },
                },
              },
            ],
          },
          Confirmed: { Type: 'Succeed' },
          Left: { Type: 'Succeed' },
        },
      },
    },
    'Close <the> period': task('Complete'),
    Complete: { Type: 'Succeed' },
  },
} as unknown as JsonObject;

const counts = {
  'Claim the period': { entered: 3, exited: 3, calls: 4, failedCalls: 1, inside: 0 },
  'Send the reports': { entered: 2, exited: 0, calls: 0, failedCalls: 0, inside: 1 },
  Send: { entered: 1204, exited: 1200, calls: 1204, failedCalls: 4, inside: 4 },
};
const { svg, text } = drawExecutions(definition, counts, { title: 'gov-2026Q4 & more', columns: 100 });

test('a state comes after those that lead to it, and its usual successor right after it', () => {
  const rows = rowsOf(definition);
  expect(rows.map(({ name }) => name)).toEqual([
    ...['Claim the period', 'Nobody else', 'Is the data complete?', 'Send the reports', 'Close <the> period', 'Complete'],
    ...['Wait for the data', 'Not this time'],
  ]);
  const { back, forward } = jumpsOf(rows);
  expect(back).toEqual([{ from: 6, to: 2, lane: 0 }]);
  expect(forward.map(({ from, to }) => [from, to])).toEqual(
    expect.arrayContaining([
      [1, 7],
      [2, 6],
    ]),
  );
  // They would cross each other in one lane.
  expect(new Set(forward.map(({ lane }) => lane)).size).toBe(2);
});

test('the text has a line for each state, with its figures and the lines that follow it other than the next one', () => {
  expect(text.split('\n')).toEqual([
    '                           entered                failed calls  calls  stopped here  in it now',
    ' 1  Claim the period             3  █                        1      4             –          –',
    ' 2  Nobody else                  –                                                –          –  → 15',
    ' 3  Is the data complete?        –                                                –          –  → 14',
    ' 4  Send the reports             2  █                                             1          1',
    ' 5  │ Try to send                –                                                –          –  → 11',
    ' 6  │ │ Send                 1,204  ████████████             4  1,204             –          4',
    ' 7  │ │ Judge                    –                                                –          –  → 9',
    ' 8  │ │ Later                    –                                                           –  ■',
    ' 9  │ │ Sent                     –                                                –          –  ■',
    '10  │ Confirmed                  –                                                           –  ■',
    '11  │ Left                       –                                                           –  ■',
    '12  Close <the> period           –                           –      –             –          –',
    '13  Complete                     –                                                           –  ■',
    '14  Wait for the data            –                                                –          –  → 3',
    '15  Not this time                –                                                           –  ■',
  ]);
});

test('in a narrow terminal, the last columns are left out, and so are columns without a figure', () => {
  const few = { Send: { ...counts.Send, failedCalls: 0 } };
  const titles = (columns: number) => drawExecutions(definition, few, { title: '', columns }).text.split('\n')[0].trim().split(/ {2,}/);
  expect(titles(100)).toEqual(['entered', 'calls', 'in it now']);
  expect(titles(60)).toEqual(['entered', 'calls', 'in it now']);
  expect(titles(50)).toEqual(['entered', 'calls']);
  const lines = drawExecutions(definition, few, { title: '', columns: 50 }).text.split('\n');
  expect(lines[6]).toBe(' 6  │ │ Send                 1,204  █  1,204');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
});

test('the picture has each state and each transition once, no shapes on top of each other, and escapes names', () => {
  for (const name of ['Claim the period', 'Close &lt;the> period', 'Send', 'Judge', 'Later', 'Left']) {
    expect(svg.split(`>${name}</text>`)).toHaveLength(2);
  }
  expect(svg).toContain('<title>gov-2026Q4 &amp; more</title>');
  expect(svg.match(/class="arrow"/g)).toHaveLength(8 + 2 + 3);
  const shapes = [...svg.matchAll(/<rect class="state[^"]*" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)].map((found) =>
    found.slice(1).map(Number),
  );
  expect(shapes).toHaveLength(15);
  const edges = shapes.map(([, y, , height]) => [y, y + height]).sort(([one], [other]) => one - other);
  for (const [index, [top]] of edges.entries()) expect(top).toBeGreaterThanOrEqual(edges[index - 1]?.[1] ?? 0);
  for (const [, , width] of shapes) expect(width).toBeGreaterThan(200);
});
