import { answeringAws, type Call, opened } from './aws';
import { closeServers, HEADERS, SCHOOL, testServer } from './fixtures';

// The audit trail finds calls by the correlation id of their request.

const calls = answeringAws();
afterEach(closeServers);

const idIn = ({ agent }: Call) =>
  agent
    .split(' ')
    .find((word) => word.startsWith('md/correlation-id#'))
    ?.slice(18);
const idsOf = (wanted: string) => calls.filter(({ name }) => name === wanted).map(idIn);

test('each call has the id of its request, also of those that are answered at the same time', async () => {
  calls.length = 0;
  const { ask, server } = testServer({ send: async () => ({}) }, { data: opened() });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const ids = Array.from({ length: 20 }, (_, number) => `GwI-EFXvj${10 + number}_w=`);
  const replies = await Promise.all(
    ids.map((id, number) => {
      const headers = { ...HEADERS, 'x-correlation-id': id };
      const post = { method: 'POST', url: '/students/s-1/behaviour', payload: { kind: 'late', points: -1 } };
      return ask(number % 2 === 0 ? { ...post, headers } : { url: '/students', headers });
    }),
  );
  expect(replies.map(({ status }) => status)).toEqual(ids.map((_, number) => (number % 2 === 0 ? 201 : 200)));
  const expected = ids.map((id) => id.replace('=', ''));
  expect(idsOf('TransactWriteItems').sort()).toEqual(expected.filter((_, number) => number % 2 === 0));
  expect(idsOf('Query').sort()).toEqual(expected.filter((_, number) => number % 2 === 1));
  // They share one session, which was opened for the first of them.
  const [first, ...others] = [...idsOf('GetItem'), ...idsOf('AssumeRole')];
  expect([expected.includes(String(first)), others]).toEqual([true, [first]]);
});

test('a caller’s own headers, path and body are no id', async () => {
  calls.length = 0;
  const { ask } = testServer({ send: async () => ({}) }, { data: opened() });
  const forged = 'AAAAAAAA-AAA_AA';
  const headers = { ...HEADERS, 'x-correlation-id': 'own-id', 'user-agent': forged, 'idempotency-key': forged, 'x-amzn-requestid': forged };
  const { status } = await ask({
    method: 'POST',
    url: `/students/${forged}/behaviour`,
    headers,
    payload: { kind: 'late', points: 0, course: forged },
  });
  expect(status).toBe(201);
  expect(calls.map(idIn)).toEqual(['own-id', 'own-id', 'own-id']);
  for (const { agent } of calls) expect(agent).not.toContain(forged);
});

test('a call without a request has none', async () => {
  calls.length = 0;
  await opened().of(SCHOOL);
  expect(calls.map(idIn)).toEqual([undefined, undefined]);
});
