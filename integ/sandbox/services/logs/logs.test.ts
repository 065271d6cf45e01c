import { createLogSink } from './logs';

test('the last lines of each group are kept, and listeners receive all lines', () => {
  const sink = createLogSink(3);
  const told: string[] = [];
  sink.onLine(({ message }) => told.push(message));
  for (let index = 0; index < 10; index += 1) {
    sink.write({ at: 0, group: 'busy', stream: 's', message: String(index) });
  }
  sink.write({ at: 0, group: 'quiet', stream: 's', message: 'a' });
  expect(sink.lines('busy').map(({ message }) => message)).toEqual(['7', '8', '9']);
  expect(sink.lines('quiet')).toHaveLength(1);
  expect(told).toHaveLength(11);
});
