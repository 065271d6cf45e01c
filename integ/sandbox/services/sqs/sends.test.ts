import fc from 'fast-check';
import type { JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { engineError } from './errors';
import { createSends } from './sends';

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/q';
const message = (body: string, more: JsonObject = {}): JsonObject => ({ QueueUrl: URL, MessageBody: body, ...more });

/** An engine that responds in the next turn of the event loop, and rejects a body that begins with `bad`. */
function engine() {
  const calls: { readonly operation: string; readonly bodies: string[] }[] = [];
  const answer = (body: string): JsonObject => {
    if (body.startsWith('bad')) throw new ServiceError('InvalidParameterValue', `${body} is rejected`);
    return { MessageId: `id of ${body}` };
  };
  const call = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const entries = operation === 'SendMessageBatch' ? objects(input.Entries) : [input];
    calls.push({ operation, bodies: entries.map(({ MessageBody }) => String(MessageBody)) });
    await new Promise((resolve) => setImmediate(resolve));
    if (operation === 'SendMessage') {
      try {
        return answer(String(input.MessageBody));
      } catch (error) {
        throw engineError((error as ServiceError).code, (error as Error).message);
      }
    }
    const output: { Successful: JsonObject[]; Failed: JsonObject[] } = { Successful: [], Failed: [] };
    for (const { Id, MessageBody } of entries) {
      try {
        output.Successful.push({ Id, ...answer(String(MessageBody)) });
      } catch (error) {
        output.Failed.push({ Id, Code: (error as ServiceError).code, Message: (error as Error).message });
      }
    }
    return output as JsonObject;
  };
  return { calls, call, send: createSends(call) };
}

test('a message is sent alone, and messages that arrive meanwhile are sent together in order', async () => {
  const { calls, send } = engine();
  const bodies = Array.from({ length: 25 }, (_, number) => `m${number}`);
  const outputs = await Promise.all(bodies.map((body) => send(message(body))));
  expect(outputs).toEqual(bodies.map((body) => ({ MessageId: `id of ${body}` })));
  expect(calls.map(({ operation, bodies: { length } }) => [operation, length])).toEqual([
    ['SendMessage', 1],
    ['SendMessageBatch', 10],
    ['SendMessageBatch', 10],
    ['SendMessageBatch', 4],
  ]);
  expect(calls.flatMap((call) => call.bodies)).toEqual(bodies);
});

test('each of many concurrent messages gets its own response', async () => {
  const sent = fc.array(fc.tuple(fc.constantFrom('good', 'bad'), fc.constantFrom('q', 'r'), fc.nat(3)), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sent, async (messages) => {
      const { calls, send } = engine();
      const answers = await Promise.all(
        messages.map(async ([kind, queue, turns], number) => {
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          const body = `${kind} ${queue} ${number}`;
          return send({ QueueUrl: `http://engine/1/${queue}`, MessageBody: body }).then(
            ({ MessageId }) => [body, MessageId],
            (error: ServiceError) => [body, error.code, error.message],
          );
        }),
      );
      for (const [body, ...answer] of answers) {
        const good = [`id of ${body}`];
        expect(answer).toEqual(String(body).startsWith('good') ? good : ['InvalidParameterValueException', `${body} is rejected`]);
      }
      expect(calls.flatMap(({ bodies }) => bodies)).toHaveLength(messages.length);
      // Each call is for one queue and has at most ten messages.
      for (const { bodies } of calls)
        expect([new Set(bodies.map((body) => body.split(' ')[1])).size, bodies.length <= 10]).toEqual([1, true]);
    }),
  );
});

test('a failed call fails all of its messages, and the next calls continue', async () => {
  const { call, calls } = engine();
  let failures = 1;
  const send = createSends(async (operation, input) => {
    const output = await call(operation, input);
    if (operation === 'SendMessageBatch' && failures-- > 0) throw new Error('MiniStack does not answer');
    return output;
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, number) => send(message(`m${number}`))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', ...Array(10).fill('rejected'), 'fulfilled']);
  expect(calls).toHaveLength(3);
});

test('a message without a response from the engine fails', async () => {
  const send = createSends(
    async (operation): Promise<JsonObject> =>
      operation === 'SendMessage' ? { MessageId: 'first' } : { Successful: [{ Id: '1', MessageId: 'third' }] },
  );
  const outcomes = await Promise.allSettled(['first', 'second', 'third'].map((body) => send(message(body))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a batch has at most the bytes that SQS accepts', async () => {
  const { calls, send } = engine();
  const half = 'm'.repeat(600 * 1024);
  await Promise.all(['first', half, half, 'last'].map((body) => send(message(body))));
  expect(calls.map(({ bodies }) => bodies.length)).toEqual([1, 1, 2]);
});

test.each<[string, JsonObject]>([
  ['a body that is not a string', { MessageBody: 5 }],
  ['an attribute of bytes', { MessageAttributes: { a: { DataType: 'Binary', BinaryValue: '!' } } }],
  ['a type that is not ASCII', { MessageAttributes: { a: { DataType: 'String.\ud800', StringValue: 'x' } } }],
  ['a null attribute', { MessageAttributes: { a: null } }],
  ['attributes that are a string', { MessageAttributes: 'x' }],
  ['a group that is not a string', { MessageGroupId: 5 }],
  ['a delay that is a string', { DelaySeconds: '5' }],
  // MiniStack drops them from a batch.
  ['system attributes', { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'x' } } }],
])('a message with %s does not fail other messages', async (_, more) => {
  const { calls, send } = engine();
  await Promise.all([send(message('first')), send(message('second', more)), send(message('third'))]);
  expect(calls.map(({ operation }) => operation)).toEqual(['SendMessage', 'SendMessage', 'SendMessage']);
});
