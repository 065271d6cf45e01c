import { randomArrivals } from '../../kit/load/arrivals';
import { generator } from '../../kit/random';
import { firstLesson, lesson } from './grades';

const teachers = { schools: ['school-01', 'school-02', 'school-03'], token: (school: string) => `token of ${school}` };
const planned = (seed: number, more = {}) => {
  const random = generator(seed);
  return lesson(teachers, { arrivals: randomArrivals(100, 50, random), random, name: 'n', ...more });
};

test('a lesson is 30 % writes and 70 % reads of four kinds, by teachers of all schools', () => {
  const requests = planned(1);
  const share = (isIn: (request: (typeof requests)[number]) => boolean) => requests.filter(isIn).length / requests.length;
  expect(share(({ method }) => method === 'PUT')).toBeCloseTo(0.3, 1);
  for (const path of [/^\/students\/student-\d+\/evaluations$/, /behaviour$/, /^\/students$/, /^\/courses\/(Maths|Music)\/evaluations$/]) {
    expect(share((request) => request.method === 'GET' && path.test(request.path))).toBeGreaterThan(0.07);
  }
  for (const school of teachers.schools) {
    expect(share(({ headers }) => headers.authorization === `Bearer token of ${school}`)).toBeGreaterThan(0.28);
  }
  expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1 + requests.filter(({ body }) => body).length);
});

test('the same seed plans the same requests, under other idempotency keys', () => {
  const [one, again, other] = [planned(1), planned(1, { name: 'again' }), planned(2)];
  const withoutKeys = (requests: typeof one) =>
    requests.map(({ headers: { 'idempotency-key': _, ...headers }, ...rest }) => ({ ...rest, headers }));
  expect(withoutKeys(again)).toEqual(withoutKeys(one));
  expect(withoutKeys(other)).not.toEqual(withoutKeys(one));
  expect(again[one.findIndex(({ body }) => body)].headers['idempotency-key']).toMatch(/^again-/);
});

test('the first lesson registers each student and a grade in each course, in all schools', () => {
  const requests = firstLesson({ ...teachers, prefix: '/prefix' }, 100);
  expect(requests).toHaveLength(3 * 20 * 3);
  expect(requests.at(-1)?.dueMs).toBeCloseTo(1_790, 5);
  for (const { path } of requests) expect(path).toMatch(/^\/prefix\/students/);
  expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(requests.length);
});
