import { createSessions } from '../iam/sessions';

afterEach(() => jest.useRealTimers());

test('an expired session is kept for ten minutes, so that its caller gets ExpiredToken; a session without expiry stays', () => {
  jest.useFakeTimers();
  const sessions = createSessions();
  const open = (lifetime?: number) =>
    sessions.open({ arn: 'arn', tags: {}, userId: 'id', ...(lifetime === undefined ? {} : { lifetime }) }).principal.accessKeyId;
  const [endless, short] = [open(), open(1_000)];
  jest.advanceTimersByTime(600_000);
  const other = open(1_000);
  expect([endless, short, other].map((key) => sessions.find(key) !== undefined)).toEqual([true, true, true]);
  jest.advanceTimersByTime(61_000);
  open(1_000);
  expect([endless, short, other].map((key) => sessions.find(key) !== undefined)).toEqual([true, false, true]);
});
