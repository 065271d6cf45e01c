import type { Json, JsonObject } from '../../contracts';
import type { JsonEngine } from '../../protocol/aws-json';
import { objects } from '../../protocol/json';
import { engineError } from './errors';
import { MAXIMUM_BYTES, sizeOf } from './validate';

const MAXIMUM_BATCH_ENTRIES = 10;
const SHARED = new Set(['QueueUrl', 'MessageBody', 'MessageAttributes', 'DelaySeconds', 'MessageGroupId', 'MessageDeduplicationId']);
const ASCII = /^[\x20-\x7e]*$/;

/** A message that waits to be sent. */
interface Waiting {
  readonly input: JsonObject;
  resolve(output: JsonObject): void;
  reject(error: unknown): void;
}

/**
 * SendMessage in batches, because a batch of ten messages takes the engine about as long as two calls. While no call to the queue is in
 * flight, a message is sent alone; messages that arrive during a call are sent together, in order. The engine handles each entry of a batch
 * like a single message, and returns a result for each.
 *
 * @param call calls an operation of the engine; the messages must be valid
 */
export function createSends(call: JsonEngine['call']): (input: JsonObject) => Promise<JsonObject> {
  /** The waiting messages of each queue with a call in flight. */
  const lines = new Map<string, Waiting[]>();

  async function work(queue: string, line: Waiting[], first: Waiting): Promise<void> {
    for (let batch = [first]; batch.length > 0; batch = next(line)) await sendAll(batch);
    lines.delete(queue);
  }

  async function sendAll(batch: readonly Waiting[]): Promise<void> {
    try {
      if (batch.length === 1) {
        batch[0].resolve(await call('SendMessage', batch[0].input));
        return;
      }
      const Entries = batch.map(({ input: { QueueUrl: _, ...message } }, at) => ({ Id: String(at), ...message }));
      const output = await call('SendMessageBatch', { QueueUrl: batch[0].input.QueueUrl, Entries });
      for (const { Id, ...sent } of objects(output.Successful)) batch[Number(Id)].resolve(sent);
      for (const { Id, Code, Message } of objects(output.Failed)) batch[Number(Id)].reject(engineError(String(Code), String(Message)));
      // This does not affect messages that already have a result.
      for (const one of batch) one.reject(new Error('The engine returned no result for this message of a batch'));
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  return (input) =>
    new Promise((resolve, reject) => {
      if (!mayShare(input)) {
        call('SendMessage', input).then(resolve, reject);
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

/** Removes the messages of the next batch from the front of a line. */
function next(line: Waiting[]): Waiting[] {
  let count = 0;
  for (let bytes = 0; count < line.length && count < MAXIMUM_BATCH_ENTRIES; count += 1) {
    bytes += sizeOf(line[count].input);
    if (count > 0 && bytes > MAXIMUM_BYTES) break;
  }
  return line.splice(0, count);
}

/** Whether a message may share a batch. One that the engine might reject, or of which it drops a part in a batch, is sent alone. */
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

/** Whether an attribute has a string value only. */
function isText(attribute: Json): boolean {
  if (typeof attribute !== 'object' || attribute === null || Array.isArray(attribute)) return false;
  const { DataType: type, StringValue: value, ...others } = attribute;
  return typeof type === 'string' && ASCII.test(type) && typeof value === 'string' && Object.keys(others).length === 0;
}
