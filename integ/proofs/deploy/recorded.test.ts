import type { Item } from '../../kit/observer';
import type { Sent } from './load';
import { judge, stored } from './recorded';

const items = (id: string, version: string, grade = '7'): Item[] => [
  { sk: { S: `STUDENT#${id}#COURSE#Maths` }, student: { S: id }, grade: { N: grade }, version: { S: version } },
  { sk: { S: `REVISION#${id}` }, student: { S: id }, grade: { N: grade }, version: { S: version } },
];
const answer = (captured?: string) => ({
  ...{ index: 0, status: captured === undefined ? 502 : 200, milliseconds: 1, lateMs: 0 },
  ...(captured === undefined ? {} : { captured }),
});
const write = (id: string, version?: string): Sent => ({
  ...{ id, isFailed: version === undefined, answer: answer(version) },
  request: { method: 'PUT', path: `/students/${id}/evaluations/Maths`, headers: {}, body: '{"grade":7}' },
});
const acknowledged = write('a', 'v1');
const unanswered = write('b');
const same = stored([...items('a', 'v1'), ...items('b', 'v2')]);

test('each grade is there once, and repeats get the first answer', () => {
  const repeats = [
    { write: acknowledged, answer: answer('v1') },
    { write: unanswered, answer: answer('v2') },
  ];
  expect(judge({ writes: [acknowledged, unanswered], repeats, before: same, after: same })).toEqual({
    ...{ acknowledged: 1, lost: 0, doubled: 0, writtenWithoutAnswer: 1, repeated: 2, repeatedOfStored: 2, repeatedWrong: 0 },
  });
});

test('a grade that was recorded again has overwritten the first recording: its version shows it', () => {
  const before = stored(items('a', 'v9'));
  expect(judge({ writes: [acknowledged], repeats: [], before, after: before })).toMatchObject({ lost: 0, doubled: 1 });
});

test.each([
  ['is recorded again', 'v3', stored([...items('a', 'v3'), ...items('b', 'v2')])],
  ['gets another answer than the first', 'v3', same],
  ['fails again', undefined, same],
  ['is not in the table', 'v1', stored(items('b', 'v2'))],
])('a repeated write that %s is wrong', (_, version, after) => {
  const repeats = [{ write: acknowledged, answer: answer(version) }];
  expect(judge({ writes: [acknowledged], repeats, before: same, after })).toMatchObject({ repeatedOfStored: 1, repeatedWrong: 1 });
});

test('a write that had not reached the table is recorded by its repeat', () => {
  const repeats = [{ write: unanswered, answer: answer('v2') }];
  const judged = judge({ writes: [unanswered], repeats, before: stored([]), after: same });
  expect(judged).toMatchObject({ writtenWithoutAnswer: 0, repeated: 1, repeatedOfStored: 0, repeatedWrong: 0 });
});

test('an acknowledged grade that is missing, has another value or has no revision is lost', () => {
  const [evaluation] = items('a', 'v1');
  for (const found of [[], items('a', 'v1', '5'), [evaluation]]) {
    expect(judge({ writes: [acknowledged], repeats: [], before: stored(found), after: same })).toMatchObject({ lost: 1 });
  }
});
