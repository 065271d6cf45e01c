import { createExpectation } from './expectation';

test('an expected line is hidden only while it is expected; all other lines are reported', async () => {
  const lines: string[] = [];
  const { say, during } = createExpectation(
    (line) => lines.push(line),
    (line) => line.startsWith('denied: '),
  );
  say('denied: before');
  await during(async () => {
    say('denied: expected');
    say('something else');
  });
  await during(() => Promise.reject(new Error('failed'))).catch(() => undefined);
  say('denied: after');
  expect(lines).toEqual(['denied: before', 'something else', 'denied: after']);
});
