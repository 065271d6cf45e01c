import type { Json, JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import { engineError } from './errors';
import { MAXIMUM_BYTES, sizeOf } from './validate';

/** Entries of a batch. */
const MAXIMUM_ENTRIES = 10;
const SHARED = new Set(['QueueUrl', 'MessageBody', 'MessageAttributes', 'DelaySeconds', 'MessageGroupId', 'MessageDeduplicationId']);
const ASCII = /^[\x20-\x7e]*$/;

/** A message that waits for its turn. */
interface Waiting {
  readonly input: JsonObject;
  resolve(output: JsonObject): void;
  reject(error: unknown): void;
}

/**
 * SendMessage, where the engine takes ten messages in one call in about the time of two calls: a message goes alone while no other is on its
 * way to the queue, and those that come meanwhile go together, in their order. The engine does with each entry of a batch what it does with a
 * single message, and answers for each.
 *
 * @param ask the engine; messages were validated before
 */
export function createSends(
  ask: (operation: string, input: JsonObject) => Promise<JsonObject>,
): (input: JsonObject) => Promise<JsonObject> {
  /** By queue, while a call to it is under way. */
  const lines = new Map<string, Waiting[]>();

  async function work(queue: string, line: Waiting[], first: Waiting): Promise<void> {
    for (let batch = [first]; batch.length > 0; batch = next(line)) await sendAll(batch);
    lines.delete(queue);
  }

  async function sendAll(batch: readonly Waiting[]): Promise<void> {
    try {
      if (batch.length === 1) {
        batch[0].resolve(await ask('SendMessage', batch[0].input));
        return;
      }
      const Entries = batch.map(({ input: { QueueUrl: _, ...message } }, at) => ({ Id: String(at), ...message }));
      const output = await ask('SendMessageBatch', { QueueUrl: batch[0].input.QueueUrl, Entries });
      for (const { Id, ...sent } of objects(output.Successful)) batch[Number(Id)].resolve(sent);
      for (const { Id, Code, Message } of objects(output.Failed)) batch[Number(Id)].reject(engineError(String(Code), String(Message)));
      // Of no effect on those that have their answer.
      for (const one of batch) one.reject(new Error('The engine has no answer for this message of a batch'));
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  return (input) =>
    new Promise((resolve, reject) => {
      if (!mayShare(input)) {
        ask('SendMessage', input).then(resolve, reject);
        return;
      }
      const queue = String(input.QueueUrl).split('/').at(-1) ?? '';
      const line = lines.get(queue);
      if (line) {
        line.push({ input, resolve, reject });
        return;
      }
      const started: Waiting[] = [];
      lines.set(queue, started);
      void work(queue, started, { input, resolve, reject });
    });
}

/** Takes as many from the front of a line as a batch may have. */
function next(line: Waiting[]): Waiting[] {
  let count = 0;
  for (let bytes = 0; count < line.length && count < MAXIMUM_ENTRIES; count += 1) {
    bytes += sizeOf(line[count].input);
    if (count > 0 && bytes > MAXIMUM_BYTES) break;
  }
  return line.splice(0, count);
}

/** What the engine might stumble over, or drops from a batch, goes alone: it must not take others with it. */
function mayShare(input: JsonObject): boolean {
  const { MessageBody: body, DelaySeconds: delay = 0, MessageGroupId: group = '', MessageDeduplicationId: deduplication = '' } = input;
  const attributes = input.MessageAttributes ?? {};
  return (
    Object.keys(input).every((name) => SHARED.has(name)) &&
    [body, group, deduplication].every((text) => typeof text === 'string') &&
    typeof delay === 'number' &&
    typeof attributes === 'object' &&
    Object.values(attributes as Record<string, Json>).every(isText)
  );
}

/** An attribute of text, and nothing else. */
function isText(attribute: Json): boolean {
  if (typeof attribute !== 'object' || attribute === null || Array.isArray(attribute)) return false;
  const { DataType: type, StringValue: value, ...others } = attribute;
  return typeof type === 'string' && ASCII.test(type) && typeof value === 'string' && Object.keys(others).length === 0;
}
