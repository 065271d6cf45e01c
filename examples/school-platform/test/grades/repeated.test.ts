import { STANDARD_RULES } from '../../app/grades/src/rules';
import { canceled, closeServers, HEADERS, type Item, PUT, recording, testServer } from './fixtures';

afterEach(closeServers);

describe('a repeated request', () => {
  test('gets the answer of the first one, also if the rules admit the grade no longer', async () => {
    let rules = STANDARD_RULES;
    let record: Item | undefined;
    const { table } = recording(({ TransactItems, Key }) => {
      if (Key !== undefined) return { Item: record };
      record = TransactItems[0].Put.Item;
      return {};
    });
    const { ask } = testServer(table, { rulesOf: async () => rules });
    const put = async (grade: number) => {
      const { status, body } = await ask({ ...PUT, headers: { ...HEADERS, 'idempotency-key': 'k-1' }, payload: { grade } });
      return [status, JSON.parse(body)];
    };
    const first = await put(7);
    expect(first[0]).toBe(200);
    rules = { ...STANDARD_RULES, maximum: 6 };
    expect(await put(7)).toEqual(first);
    const message = 'body/grade must be a number from 0 to 6, in steps of 0.01.';
    expect(await put(8)).toEqual([400, expect.objectContaining({ message })]);
    record = undefined;
    expect(await put(7)).toEqual([400, expect.objectContaining({ message })]);
  });

  test('for a student is compared with the profile: the record of the request has nothing about the person', async () => {
    const ADA = { name: 'Ada Lovelace', officialId: 'LX-1815' };
    let items: Item[] = [];
    const { table } = recording(({ TransactItems, Key }) => {
      if (Key !== undefined) return { Item: items[1] };
      const [record] = items;
      if (record !== undefined) throw canceled({ Code: 'ConditionalCheckFailed', Item: record }, { Code: 'None' });
      items = TransactItems.map(({ Put }) => Put.Item);
      return {};
    });
    const { ask } = testServer(table);
    const post = async (payload: object) => {
      const { status, body } = await ask({ method: 'POST', url: '/students', headers: { ...HEADERS, 'idempotency-key': 'k-1' }, payload });
      return [status, JSON.parse(body)];
    };
    const first = await post(ADA);
    expect(first[0]).toBe(201);
    expect(Object.keys(items[0]).sort()).toEqual(['correlationId', 'expiresAt', 'pk', 'registered', 'sk']);
    expect(await post(ADA)).toEqual(first);
    expect((await post({ ...ADA, name: 'Ada Byron' }))[0]).toBe(422);
    expect((await post({ ...ADA, officialId: 'LX-1816' }))[0]).toBe(422);
    const { name: _, officialId: __, ...removed } = items[1];
    items[1] = { ...removed, deletedAt: { S: 'now' } };
    expect((await post(ADA))[0]).toBe(404);
  });
});
