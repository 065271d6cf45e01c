import type { Clock, JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';

export interface Times {
  /** The times of a request as long as they last on this machine. */
  shortened(input: JsonObject): JsonObject;
  /** The times among the attributes of a queue likewise. */
  shortenedAttributes(attributes: JsonObject): JsonObject;
  /** The moments of received messages in the system's time. */
  received(output: JsonObject): JsonObject;
}

const SPANS = ['VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds'];
const MOMENTS = ['SentTimestamp', 'ApproximateFirstReceiveTimestamp'];

/** The engine runs in this machine's time and knows whole seconds only: a span is rounded up, so that nothing comes back early. */
export function createTimes(clock: Clock): Times {
  const seconds = (span: unknown) => Math.ceil(clock.real(Number(span) * 1000) / 1000);
  const shorten = (input: JsonObject, names: readonly string[], least = 0): JsonObject => {
    const given = names.filter((name) => input[name] !== undefined && input[name] !== null);
    return { ...input, ...Object.fromEntries(given.map((name) => [name, Math.max(least, seconds(input[name]))])) };
  };
  return {
    shortened: (input) => shorten(input, SPANS),
    shortenedAttributes: (attributes) => {
      const all = shorten(shorten(attributes, [...SPANS, 'ReceiveMessageWaitTimeSeconds']), ['MessageRetentionPeriod'], 60);
      return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
    },
    received(output) {
      if (clock.speed === 1) {
        return output;
      }
      const moment = (at: unknown) => String(Math.round(clock.now() - (Date.now() - Number(at)) * clock.speed));
      const Messages = objects(output.Messages).map((message) => {
        const attributes = { ...(message.Attributes as JsonObject | undefined) };
        for (const name of MOMENTS) {
          if (attributes[name] !== undefined) {
            attributes[name] = moment(attributes[name]);
          }
        }
        return { ...message, ...(message.Attributes === undefined ? {} : { Attributes: attributes }) };
      });
      return output.Messages === undefined ? output : { ...output, Messages };
    },
  };
}
