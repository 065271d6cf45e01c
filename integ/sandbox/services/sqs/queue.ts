import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { asObject, tagsOf } from '../../protocol/json';
import { REDRIVE_ALLOW_POLICY, REDRIVE_POLICY } from './resource-types';

/** A queue of the template, as validation, provisioning and the endpoint use it. */
export interface TemplateQueue {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  /** The key as in the template: an id, an ARN or an alias. */
  readonly keyId?: Json;
  /** The attributes for CreateQueue, with times in seconds of the sandbox's clock. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The ARN of its dead-letter queue. */
  readonly deadLetters?: string;
  /** Which queues may use it as a dead-letter queue. */
  readonly allows: { readonly permission: string; readonly sources: readonly Json[] };
  /** What SQS would reject. */
  readonly problems: readonly string[];
}

/** The minimum and the maximum of attributes. Documented: SetQueueAttributes (Amazon SQS API Reference). */
export const RANGES = {
  VisibilityTimeout: [0, 43_200],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MaximumMessageSize: [1_024, 1_048_576],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
} as const satisfies Record<string, readonly [number, number]>;

/** The range of `maxReceiveCount` in a redrive policy, documented on the same page. */
const RECEIVES = [1, 1_000] as const;

/** Documented: CreateQueue (Amazon SQS API Reference). */
const NAME = /^([\w-]{1,80}|[\w-]{1,75}\.fifo)$/;

/** Attributes that are durations, with their defaults (SetQueueAttributes, SQS API Reference). */
export const TIMES = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
} as const;

const AS_GIVEN = [
  ...['MaximumMessageSize', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'FifoQueue'],
  ...['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'],
];
const POLICIES = { RedrivePolicy: REDRIVE_POLICY, RedriveAllowPolicy: REDRIVE_ALLOW_POLICY };

export function readQueue(assembly: Assembly, resource: Resource): TemplateQueue {
  const properties = assembly.properties(resource);
  const [redrive, allow] = [asObject(properties.RedrivePolicy), asObject(properties.RedriveAllowPolicy)];
  return {
    resource,
    name: assembly.attribute(resource, 'QueueName'),
    arn: assembly.attribute(resource, 'Arn'),
    keyId: properties.KmsMasterKeyId,
    attributes: attributesOf(properties),
    tags: tagsOf(properties.Tags),
    deadLetters: deadLettersOf(properties),
    allows: { permission: String(allow?.redrivePermission ?? 'allowAll'), sources: [allow?.sourceQueueArns ?? []].flat() },
    problems: problemsOf(resource, properties, redrive),
  };
}

/** The ARN of the dead-letter queue among the attributes of a queue. */
export function deadLettersOf(attributes: JsonObject): string | undefined {
  const target = asObject(attributes.RedrivePolicy)?.deadLetterTargetArn;
  return target === undefined ? undefined : String(target);
}

/** The durations among the attributes of a queue. */
export function timesOf(attributes: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(TIMES).map(([name, defaultValue]) => [name, String(attributes[name] ?? defaultValue)]));
}

function attributesOf(properties: JsonObject): Record<string, string> {
  const given = (names: readonly string[]) => names.filter((name) => properties[name] !== undefined);
  return {
    // SQS encrypts a queue without a key by default.
    ...(properties.KmsMasterKeyId === undefined ? { SqsManagedSseEnabled: 'true' } : {}),
    ...timesOf(properties),
    ...Object.fromEntries(given(AS_GIVEN).map((name) => [name, String(properties[name])])),
    ...Object.fromEntries(given(Object.keys(POLICIES)).map((name) => [name, JSON.stringify(asObject(properties[name]))])),
  };
}

function problemsOf({ type, id }: Resource, properties: JsonObject, redrive: JsonObject | undefined): string[] {
  const { QueueName: name } = properties;
  const problem = (property: string, what: string) => `${type}.${property} ${what} (${id})`;
  const outside = (property: string, value: Json | undefined, [least, most]: readonly [number, number]) =>
    value === undefined || (/^\d+$/.test(String(value)) && Number(value) >= least && Number(value) <= most)
      ? []
      : [problem(property, `${JSON.stringify(value)} is not a whole number from ${least} to ${most}`)];
  return [
    ...(name === undefined || NAME.test(String(name))
      ? []
      : [problem('QueueName', `${JSON.stringify(name)} is not 1 to 80 letters, digits, hyphens and underscores`)]),
    ...Object.entries(RANGES).flatMap(([property, range]) => outside(property, properties[property], range)),
    ...Object.entries(POLICIES).flatMap(([property, members]) => {
      if (properties[property] === undefined) return [];
      const policy = asObject(properties[property]);
      if (policy === undefined) return [problem(property, 'must be an object or its JSON text')];
      const unknown = Object.keys(policy).filter((member) => !members.includes(member));
      return unknown.map((member) => problem(`${property}.${member}`, 'is not supported'));
    }),
    ...outside('RedrivePolicy.maxReceiveCount', redrive?.maxReceiveCount, RECEIVES),
  ];
}
