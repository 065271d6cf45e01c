import type { Assembly, JsonObject } from '../../../contracts';
import { keyArn } from '../../policies/keys';
import { queueArn } from '../../policies/resource-policies';

/** What the door needs to know of a queue. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  /** The customer-managed key, where it has one. */
  readonly key?: string;
  /** ARN of its dead-letter queue. */
  readonly deadLetters?: string;
  /** Times as the template or a caller gave them, in seconds of the system's time. */
  readonly times: Record<string, string>;
}

export interface Queues {
  /** By URL, name or ARN. */
  find(urlOrArn: string): Queue | undefined;
  arn(url: string): string;
  /** The queues whose dead letters go to this one. */
  sourcesOf(arn: string): readonly Queue[];
  /**
   * The queue that a message came from last, where its first queue is known: a dead-letter queue may have one of its own.
   *
   * @param arn of the queue that it is in
   */
  queueBefore(arn: string, first: string): string;
  /** A queue that a caller of the door makes while it runs. */
  learn(name: string, attributes: JsonObject): void;
  forget(url: string): void;
}

/** Attributes that are spans of time, with their defaults (SetQueueAttributes, SQS API Reference). */
export const TIMES: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
};

/** The queues of the assembly. */
export function readQueues(assembly: Assembly): Queues {
  const { partition, region, account } = assembly;
  const queues = new Map<string, Queue>();
  const arnOf = (url: string) =>
    url.startsWith('arn:') ? url : url.includes('/') ? queueArn(url, assembly) : `arn:${partition}:sqs:${region}:${account}:${url}`;
  const add = (name: string, properties: JsonObject) => {
    const key = keyArn(assembly, properties.KmsMasterKeyId);
    const redrive = properties.RedrivePolicy as JsonObject | string | undefined;
    const target = (typeof redrive === 'string' ? JSON.parse(redrive) : redrive)?.deadLetterTargetArn as string | undefined;
    const times = Object.fromEntries(Object.entries(TIMES).map(([time, normal]) => [time, String(properties[time] ?? normal)]));
    queues.set(arnOf(name), {
      name,
      arn: arnOf(name),
      times,
      ...(key === undefined ? {} : { key }),
      ...(target === undefined ? {} : { deadLetters: target }),
    });
  };
  for (const resource of assembly.ofType('AWS::SQS::Queue')) {
    add(assembly.attribute(resource, 'QueueName'), assembly.properties(resource));
  }
  return {
    find: (urlOrArn) => queues.get(arnOf(urlOrArn)),
    arn: arnOf,
    sourcesOf: (arn) => [...queues.values()].filter(({ deadLetters }) => deadLetters === arn),
    queueBefore(arn, first) {
      const passed = new Set<string>();
      for (let at: string | undefined = first; at !== undefined && !passed.has(at); at = queues.get(at)?.deadLetters) {
        if (queues.get(at)?.deadLetters === arn) {
          return at;
        }
        passed.add(at);
      }
      return first;
    },
    learn: add,
    forget: (url) => {
      queues.delete(arnOf(url));
    },
  };
}
