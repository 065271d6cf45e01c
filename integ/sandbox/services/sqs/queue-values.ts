import type { Json, JsonObject, Resource } from '../../contracts';
import { asObject } from '../../protocol/json';
import { REDRIVE_ALLOW_POLICY, REDRIVE_POLICY } from './resource-types';

/** The least and the most that the service takes. Documented: SetQueueAttributes (Amazon SQS API Reference). */
export const RANGES = {
  VisibilityTimeout: [0, 43_200],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MaximumMessageSize: [1_024, 1_048_576],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
} as const satisfies Record<string, readonly [number, number]>;

/** Documented there too, for `maxReceiveCount` of a redrive policy. */
const RECEIVES = [1, 1_000] as const;

/** Documented: CreateQueue (Amazon SQS API Reference). */
const NAME = /^([\w-]{1,80}|[\w-]{1,75}\.fifo)$/;

/** What SQS would reject in one queue. */
export function queueProblems(resource: Resource, properties: JsonObject): string[] {
  const problemOf = (name: string, problem: string) => `${resource.type}.${name} ${problem} (${resource.id})`;
  const outside = (name: string, value: Json | undefined, [least, most]: readonly [number, number]) =>
    value === undefined || (/^\d+$/.test(String(value)) && Number(value) >= least && Number(value) <= most)
      ? []
      : [problemOf(name, `${JSON.stringify(value)} is not a whole number from ${least} to ${most}`)];
  const policy = (name: string, members: readonly string[]): [JsonObject, string[]] => {
    const value = asObject(properties[name]);
    if (value === undefined) {
      return [{}, properties[name] === undefined ? [] : [problemOf(name, 'is neither an object nor the JSON text of one')]];
    }
    const unknown = Object.keys(value).filter((member) => !members.includes(member));
    return [value, unknown.map((member) => problemOf(`${name}.${member}`, 'is not supported'))];
  };
  const { QueueName: name } = properties;
  const [redrive, unknown] = policy('RedrivePolicy', REDRIVE_POLICY);
  return [
    ...(name === undefined || NAME.test(String(name))
      ? []
      : [problemOf('QueueName', `${JSON.stringify(name)} is not 1 to 80 letters, digits, hyphens and underscores`)]),
    ...Object.entries(RANGES).flatMap(([name, range]) => outside(name, properties[name], range)),
    ...unknown,
    ...outside('RedrivePolicy.maxReceiveCount', redrive.maxReceiveCount, RECEIVES),
    ...policy('RedriveAllowPolicy', REDRIVE_ALLOW_POLICY)[1],
  ];
}
