import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';
import { SUBSCRIPTION } from './subscription';
import { TOPIC } from './topic';

const arn = (of: Identity) => `arn:aws:sns:${of.region}:${of.account}:${of.name('TopicName', 256)}`;
const subscriptionArn = (of: Identity) => `${of.property('TopicArn') ?? ''}:${uuid(of.token(32))}`;
export const CHAT = 'AWS::Chatbot::SlackChannelConfiguration';
const EVALUATED = 'the endpoint evaluates it for every call and for every service that publishes';

const topicType: ResourceType = {
  type: TOPIC,
  support: 'runs',
  reason: 'a standard topic in the memory of the sandbox; its policy and that of its key are evaluated',
  properties: supported(
    ['runs', 'TopicName DisplayName FifoTopic SignatureVersion Subscription.{Endpoint,Protocol} Tags.{Key,Value}'],
    ['evaluated', 'KmsMasterKeyId'],
    [
      'template only: sandbox.topics has each delivery, and no log group gets it',
      'DeliveryStatusLogging.{FailureFeedbackRoleArn,Protocol,SuccessFeedbackRoleArn,SuccessFeedbackSampleRate}',
    ],
    ['template only: topics write no segments', 'TracingConfig'],
  ),
  ref: arn,
  attributes: { TopicArn: arn, TopicName: (of) => of.name('TopicName', 256) },
};

const subscriptionType: ResourceType = {
  type: SUBSCRIPTION,
  support: 'runs',
  reason: 'delivers to queues, functions and mapped hosts of the run; e-mail and other hosts are recorded',
  properties: supported([
    'runs',
    'TopicArn Protocol Endpoint RawMessageDelivery FilterPolicy FilterPolicyScope RedrivePolicy DeliveryPolicy Region',
  ]),
  ref: subscriptionArn,
  attributes: { Arn: subscriptionArn },
};

const policyType: ResourceType = {
  type: 'AWS::SNS::TopicPolicy',
  support: 'evaluated',
  reason: EVALUATED,
  properties: supported(['evaluated', 'PolicyDocument Topics']),
  ref: (of) => of.token(24),
  attributes: { Id: (of) => of.token(24) },
};

const inlinePolicyType: ResourceType = {
  type: 'AWS::SNS::TopicInlinePolicy',
  support: 'evaluated',
  reason: EVALUATED,
  properties: supported(['evaluated', 'PolicyDocument TopicArn']),
  ref: (of) => String(of.property('TopicArn') ?? ''),
};

const slackType: ResourceType = {
  type: CHAT,
  support: 'template only',
  reason: 'nothing is sent to Slack: messages of its topics are recorded',
  properties: {},
  ref: slackArn,
  attributes: { Arn: slackArn },
};

function slackArn(of: Identity): string {
  return `arn:aws:chatbot::${of.account}:chat-configuration/slack-channel/${of.property('ConfigurationName') ?? of.token(12)}`;
}

export const types = [topicType, subscriptionType, policyType, inlinePolicyType, slackType];
