import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';
import { BUS, BUS_POLICY, busName, DEFAULT_BUS } from './bus';
import { CONNECTION } from './connection';
import { RULE } from './rule';

const name = (of: Identity) => of.name('Name', 64);
const arn = (of: Identity) => `arn:aws:events:${of.region}:${of.account}:connection/${name(of)}/${uuid(of.token(32))}`;
const secretArn = (of: Identity) =>
  `arn:aws:secretsmanager:${of.region}:${of.account}:secret:events!connection/${name(of)}/${uuid(of.token(32))}-${of.token(6)}`;

const PARAMETERS = '{Body,Header,QueryString}Parameters.{IsValueSecret,Key,Value}';

const connectionType: ResourceType = {
  type: CONNECTION,
  support: 'runs',
  reason: 'HTTP tasks of state machines sign in with it; roles need permissions for the connection and for its secret',
  properties: supported(
    ['runs', 'Name AuthorizationType'],
    [
      'runs',
      'AuthParameters.ApiKeyAuthParameters.{ApiKeyName,ApiKeyValue} AuthParameters.BasicAuthParameters.{Password,Username}',
      'AuthParameters.OAuthParameters.{AuthorizationEndpoint,HttpMethod} AuthParameters.OAuthParameters.ClientParameters.{ClientID,ClientSecret}',
      `AuthParameters.OAuthParameters.OAuthHttpParameters.${PARAMETERS} AuthParameters.InvocationHttpParameters.${PARAMETERS}`,
    ],
    ['template only: a description', 'Description'],
    ['AWS only: the sandbox keeps the secret of a connection in memory', 'KmsKeyIdentifier'],
  ),
  ref: name,
  attributes: {
    Arn: arn,
    ArnForPolicy: (of) => `arn:aws:events:${of.region}:${of.account}:connection/${name(of)}`,
    SecretArn: secretArn,
  },
};

const ruleBus = (of: Identity) => busName(String(of.property('EventBusName') ?? DEFAULT_BUS));
const ofBus = (of: Identity, separator: string) => (ruleBus(of) === DEFAULT_BUS ? '' : `${ruleBus(of)}${separator}`);

const ruleType: ResourceType = {
  type: RULE,
  support: 'runs',
  reason: 'on the clock of the sandbox; invokes queues, topics, functions, state machines and log groups',
  properties: supported(
    [
      'runs',
      'Name EventBusName EventPattern ScheduleExpression State Targets.{Id,Arn,RoleArn,Input,InputPath}',
      'Targets.InputTransformer.{InputPathsMap,InputTemplate} Targets.SqsParameters.MessageGroupId',
      'Targets.DeadLetterConfig.Arn Targets.RetryPolicy.{MaximumEventAgeInSeconds,MaximumRetryAttempts}',
    ],
    ['template only: a description', 'Description'],
    ['template only: no policy compares them', 'Tags.{Key,Value}'],
    ['AWS only: rules of one account match by their own patterns', 'RoleArn'],
  ),
  ref: (of) => `${ofBus(of, '|')}${name(of)}`,
  attributes: {
    Arn: (of) => `arn:aws:events:${of.region}:${of.account}:rule/${ofBus(of, '/')}${name(of)}`,
    RuleName: name,
  },
};

const busType: ResourceType = {
  type: BUS,
  support: 'runs',
  reason: 'a bus in the memory of the sandbox; its policy is evaluated',
  properties: supported(
    ['runs', 'Name'],
    ['evaluated', 'Policy'],
    ['template only: a description', 'Description'],
    ['template only: the sandbox reads no tags of buses', 'Tags.{Key,Value}'],
    ['template only: the sandbox does not encrypt events', 'KmsKeyIdentifier DeadLetterConfig.Arn'],
    ['template only: sandbox.events has each invocation, and no log group gets it', 'LogConfig.{IncludeDetail,Level}'],
  ),
  ref: (of) => of.name('Name', 256),
  attributes: {
    Arn: (of) => `arn:aws:events:${of.region}:${of.account}:event-bus/${of.name('Name', 256)}`,
    Name: (of) => of.name('Name', 256),
  },
};

const busPolicyType: ResourceType = {
  type: BUS_POLICY,
  support: 'evaluated',
  reason: 'the endpoint evaluates it for every call',
  properties: supported(['evaluated', 'EventBusName StatementId Statement']),
  ref: (of) => `${ruleBus(of)}|${of.property('StatementId') ?? ''}`,
};

export const types = [connectionType, ruleType, busType, busPolicyType];
