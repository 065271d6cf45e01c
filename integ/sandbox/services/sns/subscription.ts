import { propertiesOf } from '../../assembly/properties';
import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { asObject, isTrue } from '../../protocol/json';
import { type Filter, filterOf } from './filter';
import { type HttpPolicy, httpPolicy } from './retries';

export const SUBSCRIPTION = 'AWS::SNS::Subscription';

const PROTOCOLS = ['sqs', 'lambda', 'http', 'https', 'email', 'email-json'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What a subscription says about deliveries. */
export interface Settings {
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly raw: boolean;
  readonly filter?: Filter;
  readonly deadLetterArn?: string;
  readonly http: HttpPolicy;
  /** As they were given, for GetSubscriptionAttributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A subscription of the template. */
export interface TemplateSubscription extends Settings {
  readonly resource: Resource;
  readonly arn: string;
  readonly topicArn: string;
}

/** @throws if AWS would reject the subscription or the sandbox does not support it */
export function readSubscription(assembly: Assembly, resource: Resource): TemplateSubscription {
  const given = propertiesOf(assembly, resource);
  const region = given.text('Region') ?? assembly.region;
  if (region !== assembly.region) throw given.invalid('Region', `${region} is not supported: the topic must be in ${assembly.region}`);
  const [protocol, endpoint] = [given.required('Protocol'), given.required('Endpoint')];
  const attributes = Object.fromEntries(ATTRIBUTES.flatMap((name) => (given.has(name) ? [[name, given.raw(name) as Json]] : [])));
  try {
    const settings = settingsOf(protocol, endpoint, attributes);
    return { ...settings, resource, arn: assembly.ref(resource), topicArn: given.required('TopicArn') };
  } catch (error) {
    throw new Error(`${resource.type}.${(error as Error).message} (${resource.id})`);
  }
}

/** Attributes of Subscribe, which are properties of the resource type, too. */
export const ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy', 'DeliveryPolicy'];

/** @throws with the name of the attribute, if AWS would reject it or the sandbox does not support it */
export function settingsOf(protocol: string, endpoint: string, attributes: JsonObject): Settings {
  const known = PROTOCOLS.find((one) => one === protocol);
  if (known === undefined) throw new Error(`Protocol ${protocol} is not supported: ${PROTOCOLS.join(', ')} are`);
  checkEndpoint(known, endpoint);
  const raw = isTrue(attributes.RawMessageDelivery);
  if (raw && !['sqs', 'http', 'https'].includes(known)) throw new Error(`RawMessageDelivery: ${known} has none`);
  const policy = objectIn(attributes, 'FilterPolicy');
  const scope = attributes.FilterPolicyScope;
  return {
    ...{ protocol: known, endpoint, raw },
    ...(policy === undefined ? {} : { filter: filterOf(policy, scope === undefined ? undefined : String(scope)) }),
    ...(attributes.RedrivePolicy === undefined ? {} : { deadLetterArn: deadLetterArn(objectIn(attributes, 'RedrivePolicy')) }),
    http: policyIn(known, objectIn(attributes, 'DeliveryPolicy')),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
    ),
  };
}

function policyIn(protocol: Protocol, policy: JsonObject | undefined): HttpPolicy {
  if (policy !== undefined && !protocol.startsWith('http')) throw new Error(`DeliveryPolicy: ${protocol} has none`);
  try {
    return httpPolicy(policy);
  } catch (error) {
    throw new Error(`DeliveryPolicy.${(error as Error).message}`);
  }
}

function objectIn(attributes: JsonObject, name: string): JsonObject | undefined {
  const value = attributes[name];
  const object = asObject(value);
  if (value !== undefined && object === undefined) throw new Error(`${name}: failed to parse JSON`);
  return object;
}

function deadLetterArn({ deadLetterTargetArn: arn, ...others }: JsonObject = {}): string {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`RedrivePolicy.${other} is not supported`);
  if (isQueue(String(arn))) return String(arn);
  throw new Error(`RedrivePolicy: deadLetterTargetArn ${arn} is not the ARN of a standard queue`);
}

const isQueue = (arn: string) => /^arn:[^:]+:sqs:[^:]+:\d{12}:[\w-]{1,80}$/.test(arn);

/** Documented: Subscribe, the endpoint of each protocol. A reference to a secret is read when the subscription is made. */
function checkEndpoint(protocol: Protocol, endpoint: string): void {
  const right: Readonly<Record<Protocol, (text: string) => boolean>> = {
    sqs: isQueue,
    lambda: (text) => /^arn:[^:]+:lambda:[^:]+:\d{12}:function:/.test(text),
    http: (text) => text.startsWith('http://') && URL.canParse(text),
    https: (text) => text.startsWith('{{resolve:') || (text.startsWith('https://') && URL.canParse(text)),
    email: isAddress,
    'email-json': isAddress,
  };
  if (!right[protocol](endpoint)) throw new Error(`Endpoint ${endpoint} is not an endpoint for ${protocol}`);
}

function isAddress(text: string): boolean {
  const [name, host, ...more] = text.split('@');
  return name !== '' && host !== undefined && host !== '' && more.length === 0;
}
