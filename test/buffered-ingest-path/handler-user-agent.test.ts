import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sendWith } from '../../src/buffered-ingest-path/lambda/batch-handler';
import { processBatch } from '../../src/buffered-ingest-path/lambda/process-batch';
import { destination, FakeDependencies, later, record } from './handler-dependencies';

/** The audit trail finds calls of the writer by the correlation ids in their user agents. */
const idOf = (number: number) => `GwI-EFXvj${String(number).padStart(4, '0')}_w=`;

/** What the user agent of the SDK says of each call. */
async function sentFor(...ids: readonly string[]): Promise<string[]> {
  const agents: string[] = [];
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      async handle({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) {
        agents.push(headers['user-agent']);
        const Responses = JSON.parse(Buffer.from(body).toString()).Statements.map(() => ({}));
        const answer = new TextEncoder().encode(JSON.stringify({ Responses }));
        return { response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: answer } };
      },
    } as never,
  });
  const dependencies = new FakeDependencies();
  const records = ids.map((correlationId, number) => record({ student: 's-1' }, { correlationId, idempotencyKey: `key-${number}` }));
  const { written } = await processBatch(records, destination, later(dependencies), {
    ...{ now: dependencies.now, sleep: dependencies.sleep, random: dependencies.random },
    send: sendWith(client),
  });
  expect(written).toBe(ids.length);
  return agents;
}

/** The ids of a user agent, which are one word of it. */
const idsIn = (agent: string) =>
  agent.split(' ').flatMap((word) => (word.startsWith('md/correlation-id#') ? word.slice(18).split('.') : []));

test('a call has the ids of all its 25 statements, within what CloudTrail keeps', async () => {
  const ids = Array.from({ length: 50 }, (_, number) => idOf(number));
  const agents = await sentFor(...ids);
  expect(agents.map(idsIn)).toEqual([ids.slice(0, 25), ids.slice(25)].map((part) => part.map((id) => id.replace('=', ''))));
  for (const agent of agents) expect(Buffer.byteLength(agent)).toBeLessThan(1_024);
});

test('longer ids that do not fit are left out, and none is cut', async () => {
  const ids = Array.from({ length: 25 }, (_, number) => `${number}`.padStart(64, 'x'));
  const [agent] = await sentFor(...ids);
  expect(idsIn(agent)).toEqual(ids.slice(0, 10));
  expect(Buffer.byteLength(agent)).toBeLessThan(1_024);
});

test.each([
  ['a second id', `${idOf(1)}.${idOf(2)}`],
  ['a second word', `x md/correlation-id#${idOf(2)}`],
  ['a second header', `x\r\nuser-agent: ${idOf(2)}`],
  ['an id after an equals sign', `x=${idOf(2)}`],
  ['an id within other text', `x/${idOf(2)}/x`],
  ['a character that SDKs replace by a hyphen', idOf(2).replace('-', '+')],
  ['a long text', 'x'.repeat(100_000)],
  ['nothing', ''],
])('an id that is %s is left out, and the others stay', async (_, forged) => {
  const [agent] = await sentFor(forged, idOf(3));
  expect(idsIn(agent)).toEqual([idOf(3).replace('=', '')]);
  expect(agent).not.toContain(idOf(2).replace('=', ''));
});

test('without any id, the user agent is that of the SDK', async () => {
  const [agent] = await sentFor('.');
  expect(agent).toMatch(/^aws-sdk-js\//);
  expect(agent).not.toContain('correlation');
});
