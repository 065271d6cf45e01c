import type { Clock, Json, JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import { RANGES, TIMES } from './queue';

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
  const shorten = (input: JsonObject, names: readonly string[], change = seconds as (span: unknown, name: string) => Json): JsonObject => {
    const given = names.filter((name) => input[name] !== undefined && input[name] !== null);
    return { ...input, ...Object.fromEntries(given.map((name) => [name, change(input[name], name)])) };
  };
  /** What the clock makes too short or too long for the engine is as short or as long as that takes. */
  const within = (span: unknown, name: string) => {
    const [least, most] = RANGES[name as keyof typeof TIMES];
    return String(Math.min(most, Math.max(least, seconds(span))));
  };
  return {
    shortened: (input) => shorten(input, SPANS),
    shortenedAttributes: (attributes) => shorten(attributes, Object.keys(TIMES), within),
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
