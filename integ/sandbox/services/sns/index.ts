import { NotYetKnown } from '../../assembly/errors';
import { readEach, unreadable } from '../../assembly/properties';
import type { Resource } from '../../contracts';
import { strings } from '../../protocol/json';
import { withSecretValues } from '../../protocol/secret-references';
import { ServiceError } from '../../protocol/service-error';
import type { SandboxContext, ServiceModule } from '../../service-module';
import { callerWith } from '../../streams/service-caller';
import { createDeliverer } from './deliver';
import { createDocuments } from './documents';
import { createFanOut } from './fan-out';
import { keyUses } from './key-uses';
import { topicMetrics } from './metrics';
import { invalidPolicies, topicPolicies } from './policies';
import { CHAT, types } from './resource-types';
import { snsService } from './service';
import { createSigner } from './signing';
import { TopicStore } from './store';
import { createSubscriber } from './subscriber';
import { readSubscription, type Settings, SUBSCRIPTION, settingsOf } from './subscription';
import { readTopic, TOPIC } from './topic';
import { topicsOf } from './topics';

/** Where Amazon Q Developer in chat applications (AWS Chatbot) gets messages of topics. */
const CHAT_ENDPOINT = 'https://global.sns-api.chatbot.amazonaws.com';

/** Topics, in the memory of the sandbox: MiniStack's do not evaluate the policies of the template, and try nothing again. */
export const sns: ServiceModule = {
  types,
  late: [SUBSCRIPTION],
  keyUses,
  invalid: (assembly) => [
    ...unreadable(assembly, [
      [TOPIC, readTopic],
      [SUBSCRIPTION, readSubscription],
    ]),
    ...invalidPolicies(assembly),
  ],
  resourcePolicies: topicPolicies,
  async start(context) {
    const { assembly, clock, endpoint, policies, hosts, report, use, offer } = context;
    const signer = createSigner(assembly.region);
    const store = new TopicStore();
    const deliverer = createDeliverer({ assembly, endpoint, hosts, functions: () => use('functions') });
    const fanOut = createFanOut({
      clock,
      documents: createDocuments(signer, assembly.region, endpoint.url),
      deliverer,
      metrics: topicMetrics(use('metrics')),
      report,
    });
    const { subscribe, open } = createSubscriber({ hosts, store, fanOut, report });
    offer('topics', topicsOf(assembly, endpoint, store, fanOut));
    endpoint.register(snsService({ assembly, store, fanOut, subscribe, policyOf: policies.documents.resource }, signer));
    const deployer = callerWith(endpoint, assembly.region, () => endpoint.administrator());
    const secret = async (SecretId: string) =>
      String((await deployer.json('secretsmanager', 'secretsmanager', 'GetSecretValue', { SecretId })).SecretString);

    async function subscribeTo(topicArn: string, settings: Settings, arn?: string): Promise<void> {
      const topic = store.find(topicArn);
      if (topic === undefined) throw new Error(`${topicArn} is not a topic of the assembly`);
      const to = await withSecretValues(settings.endpoint, secret).catch((error: unknown) => {
        if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFoundException') throw error;
        report(`${topicArn}: the endpoint of a subscription is in a secret that is not in the assembly: ${settings.endpoint}`);
        return settings.endpoint;
      });
      if (to !== settings.endpoint) settingsOf(settings.protocol, to, {});
      subscribe(topic, { ...settings, endpoint: to }, { arn });
    }

    for (const template of readEach(assembly, TOPIC, readTopic)) {
      store.add(template);
      for (const { protocol, endpoint: to } of template.subscriptions) {
        await subscribeTo(template.arn, settingsOf(protocol, to, {})).catch((error: Error) => context.reject(template.resource, error));
      }
    }
    for (const chat of assembly.ofType(CHAT)) {
      for (const topic of strings(assembly.properties(chat).SnsTopicArns).flatMap((arn) => store.find(arn) ?? [])) {
        subscribe(topic, settingsOf('https', CHAT_ENDPOINT, {}), { chat: assembly.attribute(chat, 'Arn') });
      }
    }
    const waiting = await subscribed(context, assembly.ofType(SUBSCRIPTION), subscribeTo);
    return {
      async ready() {
        await subscribed(context, waiting, subscribeTo);
        open();
      },
      close: () => fanOut.close(),
    };
  },
};

type SubscribeTo = (topicArn: string, settings: Settings, arn: string) => Promise<void>;

/** Makes the subscriptions of the template. Returns those that need a value of a custom resource that has not run. */
async function subscribed(
  { assembly, reject }: SandboxContext,
  resources: readonly Resource[],
  subscribeTo: SubscribeTo,
): Promise<Resource[]> {
  const waiting: Resource[] = [];
  for (const resource of resources.filter((one) => !assembly.leftOut.has(one))) {
    try {
      const subscription = assembly.read(resource, readSubscription);
      await subscribeTo(subscription.topicArn, subscription, subscription.arn);
    } catch (error) {
      if (error instanceof NotYetKnown) waiting.push(resource);
      else reject(resource, error as Error);
    }
  }
  return waiting;
}
