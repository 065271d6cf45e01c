import type { Clock, Json, JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import { RANGES, TIMES } from './queue';

export interface Times {
  /** Converts the durations of a request to this machine's time. */
  shortened(input: JsonObject): JsonObject;
  /** Converts the durations among the attributes of a queue to this machine's time. */
  shortenedAttributes(attributes: JsonObject): JsonObject;
  /** Converts the timestamps of received messages to the sandbox's clock. */
  received(output: JsonObject): JsonObject;
}

const DURATIONS = ['VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds'];
const TIMESTAMPS = ['SentTimestamp', 'ApproximateFirstReceiveTimestamp'];

/** Converts times for the engine, which uses this machine's time and whole seconds. Durations are rounded up, so that none ends early. */
export function createTimes(clock: Clock): Times {
  const seconds = (duration: unknown) => Math.ceil(clock.real(Number(duration) * 1000) / 1000);
  const shorten = (
    input: JsonObject,
    names: readonly string[],
    change = seconds as (duration: unknown, name: string) => Json,
  ): JsonObject => {
    const given = names.filter((name) => input[name] !== undefined && input[name] !== null);
    return { ...input, ...Object.fromEntries(given.map((name) => [name, change(input[name], name)])) };
  };
  /** Limits a duration to the range that the engine accepts. */
  const within = (duration: unknown, name: string) => {
    const [least, most] = RANGES[name as keyof typeof TIMES];
    return String(Math.min(most, Math.max(least, seconds(duration))));
  };
  return {
    shortened: (input) => shorten(input, DURATIONS),
    shortenedAttributes: (attributes) => shorten(attributes, Object.keys(TIMES), within),
    received(output) {
      const timestamp = (at: unknown) => String(clock.shownAt(Number(at)));
      const Messages = objects(output.Messages).map((message) => {
        const attributes = { ...(message.Attributes as JsonObject | undefined) };
        for (const name of TIMESTAMPS) {
          if (attributes[name] !== undefined) {
            attributes[name] = timestamp(attributes[name]);
          }
        }
        return { ...message, ...(message.Attributes === undefined ? {} : { Attributes: attributes }) };
      });
      return output.Messages === undefined ? output : { ...output, Messages };
    },
  };
}
