import { readEach } from '../../assembly/properties';
import type { Assembly, JsonObject } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { deadLettersOf, readQueue, timesOf } from './queue';

/** What the endpoint needs to know of a queue. */
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
  /** A queue that a caller of the endpoint makes while it runs. */
  learn(name: string, attributes: JsonObject): void;
  forget(url: string): void;
}

/** The queues of the assembly. */
export function readQueues(assembly: Assembly): Queues {
  const { partition, region, account } = assembly;
  const queues = new Map<string, Queue>();
  const arnOf = (url: string) =>
    url.startsWith('arn:') ? url : url.includes('/') ? queueArn(url, assembly) : `arn:${partition}:sqs:${region}:${account}:${url}`;
  const add = (name: string, attributes: JsonObject) => {
    const key = keyArn(assembly, attributes.KmsMasterKeyId);
    queues.set(arnOf(name), { name, arn: arnOf(name), key, times: timesOf(attributes), deadLetters: deadLettersOf(attributes) });
  };
  for (const { name, attributes } of readEach(assembly, 'AWS::SQS::Queue', readQueue)) add(name, attributes);
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

/** `https://sqs.<region>.amazonaws.com/<account>/<name>`, or any URL that ends so. */
export function queueArn(url: string, { partition, region }: Pick<Assembly, 'partition' | 'region'>): string {
  const [account, name] = url.split('/').slice(-2);
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}
