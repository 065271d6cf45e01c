import { createExpectation } from './expectation';

test('an expected line is hidden only while it is expected; all other lines are reported', async () => {
  const lines: string[] = [];
  const { report, during } = createExpectation(
    (line) => lines.push(line),
    (line) => line.startsWith('denied: '),
  );
  report('denied: before');
  await during(async () => {
    report('denied: expected');
    report('something else');
  });
  await during(() => Promise.reject(new Error('failed'))).catch(() => undefined);
  report('denied: after');
  expect(lines).toEqual(['denied: before', 'something else', 'denied: after']);
});
