import { readEach } from '../../assembly/properties';
import type { Assembly, JsonObject } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { deadLettersOf, readQueue, timesOf } from './queue';

/** A queue as the endpoint uses it. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  /** The customer managed key, if it has one. */
  readonly key?: string;
  /** The ARN of its dead-letter queue. */
  readonly deadLetters?: string;
  /** Durations from the template or a caller, in seconds of the sandbox's clock. */
  readonly times: Record<string, string>;
}

export interface Queues {
  all(): readonly Queue[];
  /** Finds a queue by its URL, name or ARN. */
  find(urlOrArn: string): Queue | undefined;
  arn(url: string): string;
  /** The queues that use this one as their dead-letter queue. */
  sourcesOf(arn: string): readonly Queue[];
  /**
   * The previous queue of a message, from its first queue: a dead-letter queue may have one itself.
   *
   * @param arn of the message's current queue
   */
  queueBefore(arn: string, first: string): string;
  /** Adds a queue that a caller creates at run time. */
  add(name: string, attributes: JsonObject): void;
  remove(url: string): void;
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
    all: () => [...queues.values()],
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
    add,
    remove: (url) => {
      queues.delete(arnOf(url));
    },
  };
}

/** The ARN for `https://sqs.<region>.amazonaws.com/<account>/<name>`, or for any URL that ends with `<account>/<name>`. */
export function queueArn(url: string, { partition, region }: Pick<Assembly, 'partition' | 'region'>): string {
  const [account, name] = url.split('/').slice(-2);
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}
