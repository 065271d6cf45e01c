import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { tagsOf } from '../../protocol/json';

export const TOPIC = 'AWS::SNS::Topic';

/** A subscription in the properties of a topic. */
export interface InlineSubscription {
  readonly protocol: string;
  readonly endpoint: string;
}

/** A topic of the template. */
export interface TemplateTopic {
  readonly resource: Resource;
  readonly arn: string;
  readonly displayName: string;
  /** As in the template: an id, an ARN or an alias. */
  readonly keyId?: string;
  readonly signatureVersion: '1' | '2';
  readonly tags: Readonly<Record<string, string>>;
  readonly subscriptions: readonly InlineSubscription[];
}

/** Documented: CreateTopic (Amazon SNS API Reference). */
const NAME = /^[\w-]{1,256}$/;

/** @throws if AWS would reject the topic or the sandbox does not support it */
export function readTopic(assembly: Assembly, resource: Resource): TemplateTopic {
  const topic = propertiesOf(assembly, resource);
  if (topic.flag('FifoTopic')) throw topic.invalid('FifoTopic', 'is not supported: only standard topics are');
  const name = topic.text('TopicName');
  if (name !== undefined && !NAME.test(name)) {
    throw topic.invalid('TopicName', `${JSON.stringify(name)} is not 1 to 256 letters, digits, hyphens and underscores`);
  }
  const displayName = topic.text('DisplayName') ?? '';
  if (displayName.length > 100) throw topic.invalid('DisplayName', `has ${displayName.length} characters: the maximum is 100`);
  return {
    ...{ resource, arn: assembly.ref(resource), displayName, keyId: topic.text('KmsMasterKeyId') },
    signatureVersion: signatureVersionOf(topic),
    tags: tagsOf(topic.raw('Tags')),
    subscriptions: topic.list('Subscription').map((one) => ({ protocol: one.required('Protocol'), endpoint: one.required('Endpoint') })),
  };
}

function signatureVersionOf(topic: Properties): TemplateTopic['signatureVersion'] {
  const version = topic.text('SignatureVersion') ?? '1';
  if (version === '1' || version === '2') return version;
  throw topic.invalid('SignatureVersion', `${version} is not 1 or 2`);
}
