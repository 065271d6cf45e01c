import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { closeServers, HEADERS, PUT, recording, testServer } from './fixtures';

afterEach(closeServers);

// The lake stores an item's correlation id in each row, by which a row leads back to its request.

const ID = HEADERS['x-correlation-id'];

test.each([
  ['a grade and its revision', PUT, 2],
  ['a behaviour entry', { method: 'POST', url: '/students/s-1/behaviour', payload: { kind: 'late', points: -1, course: 'Maths' } }, 1],
  ['a student and the record of the registration', { method: 'POST', url: '/students', payload: { name: 'Ada', officialId: '1' } }, 2],
])('%s have the correlation id of their request', async (_, asked, count) => {
  const { table, sent } = recording(() => ({}));
  const { status } = await testServer(table).ask({ ...asked, headers: HEADERS });
  expect(status).toBeLessThan(300);
  const items = sent.flatMap(({ input }) =>
    (input as { TransactItems: { Put: { Item: object } }[] }).TransactItems.map(({ Put }) => Put.Item),
  );
  expect(items).toEqual(Array(count).fill(expect.objectContaining({ correlationId: { S: ID } })));
});

describe('the deletion of a student', () => {
  const deletion = { method: 'DELETE', url: '/students/s-1', headers: HEADERS };
  const failed = (Item?: object) => {
    throw Object.assign(new ConditionalCheckFailedException({ message: 'failed', $metadata: {} }), { Item });
  };

  test('replaces the correlation id of the registration by its own', async () => {
    const { table, sent } = recording(() => ({}));
    expect((await testServer(table).ask(deletion)).status).toBe(204);
    expect(sent[0].input).toMatchObject({
      UpdateExpression: expect.stringContaining('correlationId = :request'),
      ExpressionAttributeValues: { ':request': { S: ID } },
    });
  });

  test('is not written again when it is repeated', async () => {
    const { table } = recording(() => failed({ deletedAt: { S: '2026-11-29T08:15:30.123Z' } }));
    expect((await testServer(table).ask(deletion)).status).toBe(204);
  });

  test('of an unknown student gets a 404', async () => {
    const { table } = recording(() => failed());
    expect((await testServer(table).ask(deletion)).status).toBe(404);
  });
});

describe('a behaviour entry', () => {
  const post = async (payload: object) => {
    const { table, sent } = recording(() => ({}));
    const { status, body } = await testServer(table).ask({ method: 'POST', url: '/students/s-1/behaviour', headers: HEADERS, payload });
    const [{ input } = { input: undefined }] = sent;
    const [{ Put }] = (input as { TransactItems: { Put: { Item: Record<string, { S?: string }> } }[] }).TransactItems;
    return { status, body: JSON.parse(body), item: Put.Item };
  };

  test('can name the course in which it was noticed, and does not enter the index of courses', async () => {
    const { status, body, item } = await post({ kind: 'late', points: -1, course: 'Maths' });
    expect([status, body.course, item.ofCourse, item.course]).toEqual([201, 'Maths', { S: 'Maths' }, undefined]);
  });

  test('of another course is another request', async () => {
    const fingerprints = await Promise.all(
      [{}, { course: 'Maths' }, { course: 'Music' }].map(
        async (more) => (await post({ kind: 'late', points: -1, ...more })).item.fingerprint.S,
      ),
    );
    expect(new Set(fingerprints).size).toBe(3);
  });
});
