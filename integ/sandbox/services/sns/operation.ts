import type { Assembly, Check, JsonObject } from '../../contracts';
import { keyArn, keyCheck, ownKeyCheck } from '../../iam/keys';
import { element, type Xml } from '../../protocol/xml';
import type { FanOut } from './fan-out';
import { type Form, invalidParameter, notFound } from './requests';
import type { Subscription, Topic, TopicStore } from './store';
import type { Settings } from './subscription';

/** An operation of the query protocol. */
export interface Operation {
  checks(form: Form): readonly Check[];
  /** @param signed whether the request has a signature */
  execute(form: Form, signed: boolean): readonly Xml[] | undefined;
}

export type Operations = Readonly<Record<string, Operation>>;

export interface OperationsParts {
  readonly assembly: Assembly;
  readonly store: TopicStore;
  readonly fanOut: FanOut;
  /** Makes a subscription, and asks its endpoint to confirm it. */
  subscribe(topic: Topic, settings: Settings): Subscription;
  policyOf(topicArn: string): JsonObject | undefined;
}

/** @param topic `*` for an operation without a resource */
export function on(topic: string, action: string, context: Check['context'] = {}): Check {
  return { action: `sns:${action}`, resource: topic, context };
}

/** @throws ServiceError if there is no such topic */
export function topicOf(store: TopicStore, arn: string): Topic {
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[\w.-]{1,300}$/.test(arn)) throw invalidParameter('TopicArn');
  const topic = store.find(arn);
  if (topic === undefined) throw notFound('Topic does not exist');
  return topic;
}

const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];
const contextOf = (arn: string) => ({ 'aws:sns:topicArn': arn });

/** What publishing to an encrypted topic needs. Documented: "Configuring AWS KMS permissions for Amazon SNS". */
export function keyChecks(assembly: Assembly, { arn, keyId }: Topic): Check[] {
  const key = keyArn(assembly, keyId);
  const via = `sns.${assembly.region}.amazonaws.com`;
  return key === undefined ? [] : KEY_ACTIONS.map((action) => keyCheck(action, key, via, contextOf(arn)));
}

/** The same for a service that publishes. */
export function keyChecksOfService(assembly: Assembly, { arn, keyId }: Topic): Check[] {
  const key = keyArn(assembly, keyId);
  return key === undefined ? [] : KEY_ACTIONS.map((action) => ownKeyCheck(action, key, contextOf(arn)));
}

export function mapElement(name: string, values: Readonly<Record<string, string>>): Xml {
  return element(
    name,
    Object.entries(values).map(([key, value]) => element('entry', [element('key', key), element('value', value)])),
  );
}

const PAGE = 100;

/** A page of a list, as the members of an element, and the token of the next page. */
export function page<T>(name: string, all: readonly T[], form: Form, write: (one: T) => readonly Xml[]): Xml[] {
  const from = Number(form.get('NextToken') ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('NextToken');
  const members = all.slice(from, from + PAGE).map((one) => element('member', write(one)));
  return [element(name, members), ...(from + PAGE < all.length ? [element('NextToken', String(from + PAGE))] : [])];
}
