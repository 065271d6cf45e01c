import type { Assembly, Check, Clock, Endpoint, Functions, JsonObject, LogSink, Topics } from '../../contracts';
import { owner } from '../../iam/documents';
import { sendChecks } from '../../iam/keys';
import { ServiceError } from '../../protocol/service-error';
import { queueUrl, textAttributes } from '../../streams/queue-messages';
import { callerWith, roleCaller, type ServiceCaller } from '../../streams/service-caller';
import type { TemplateRule } from './rule';
import type { RuleTarget } from './target';

const EVENTS = 'events.amazonaws.com';

/** An invocation that failed, with the code in its dead letter. Documented: "Using dead-letter queues to process undelivered events". */
export class Undelivered extends Error {
  public constructor(
    readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'FAILED_TO_ASSUME_ROLE' | 'INVALID_JSON' | 'INVALID_PARAMETER' | 'ERROR_FROM_TARGET',
    message: string,
  ) {
    super(message);
  }

  /** Documented there: what is missing or not permitted is not tried again. */
  public get lasting(): boolean {
    return this.code !== 'ERROR_FROM_TARGET';
  }
}

export interface DelivererParts {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly logs: LogSink;
  functions(): Functions;
  topics(): Topics;
}

/** Invokes targets of rules. */
export interface Deliverer {
  /** @throws Undelivered */
  invoke(rule: TemplateRule, target: RuleTarget, input: string): Promise<void>;
  /** @throws Undelivered */
  deadLetter(rule: TemplateRule, queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
}

export function createDeliverer({ assembly, endpoint, clock, logs, functions, topics }: DelivererParts): Deliverer {
  const sender = callerWith(endpoint, assembly.region, () => endpoint.administrator());
  const roles = new Map<string, ServiceCaller>();

  /** The resource policy of a target must let the rule in. */
  function permit(ruleArn: string, checks: readonly Check[]): void {
    for (const check of checks) {
      const denied = endpoint.denial({ service: EVENTS, sourceArn: ruleArn }, check);
      if (denied !== undefined) throw new Undelivered('NO_PERMISSIONS', denied);
    }
  }

  function find(arn: string, type: string): void {
    if (assembly.byArn(arn)?.type !== type)
      throw new Undelivered('NO_RESOURCE', assembly.whyLeftOut(arn) ?? `${arn} is not in the assembly`);
  }

  async function send(ruleArn: string, queueArn: string, message: JsonObject): Promise<void> {
    find(queueArn, 'AWS::SQS::Queue');
    permit(ruleArn, sendChecks(assembly, queueArn, 'sqs:SendMessage', 'aws:sqs:arn'));
    await sender.json('sqs', 'AmazonSQS', 'SendMessage', { QueueUrl: queueUrl(queueArn), ...message }).catch(fail);
  }

  /** A function is invoked asynchronously. */
  function invokeFunction(ruleArn: string, arn: string, input: string): void {
    // A version or an alias belongs to its function.
    find(owner(arn), 'AWS::Lambda::Function');
    permit(ruleArn, [{ action: 'lambda:InvokeFunction', resource: arn, context: {} }]);
    functions().invokeLater(arn, parsed(input));
  }

  async function startExecution({ arn: ruleArn, name }: TemplateRule, { arn, roleArn = '' }: RuleTarget, input: string): Promise<void> {
    find(arn, 'AWS::StepFunctions::StateMachine');
    const caller =
      roles.get(`${ruleArn} ${roleArn}`) ??
      roleCaller(endpoint, assembly.region, { roleArn, service: EVENTS, sessionName: name.slice(0, 64), sourceArn: ruleArn });
    roles.set(`${ruleArn} ${roleArn}`, caller);
    try {
      caller.credentials();
    } catch (error) {
      throw new Undelivered('FAILED_TO_ASSUME_ROLE', (error as Error).message);
    }
    await caller
      .json('states', 'AWSStepFunctions', 'StartExecution', { stateMachineArn: arn, input: JSON.stringify(parsed(input)) })
      .catch(fail);
  }

  /** Documented: "Using resource-based policies for Amazon EventBridge", CloudWatch Logs permissions. */
  function log(ruleArn: string, arn: string, input: string): void {
    const groupArn = arn.replace(/:\*$/, '');
    const group = groupArn.split(':').slice(6).join(':');
    const stream = ruleArn.slice(ruleArn.indexOf('/') + 1);
    permit(ruleArn, [{ action: 'logs:PutLogEvents', resource: `${groupArn}:log-stream:${stream}`, context: {} }]);
    if (!assembly.ofType('AWS::Logs::LogGroup').some((one) => assembly.ref(one) === group))
      throw new Undelivered('NO_RESOURCE', `${arn} is not in the assembly`);
    logs.write({ at: clock.now(), group, stream, message: input });
  }

  async function publish(ruleArn: string, topicArn: string, message: string): Promise<void> {
    try {
      await topics().publishAs(EVENTS, ruleArn, topicArn, { message });
    } catch (error) {
      const missing = error instanceof ServiceError && error.code === 'NotFound';
      throw new Undelivered(missing ? 'NO_RESOURCE' : 'NO_PERMISSIONS', (error as Error).message);
    }
  }

  return {
    async invoke(rule, target, input) {
      switch (target.kind) {
        case 'sqs': {
          const group: JsonObject = target.messageGroupId === undefined ? {} : { MessageGroupId: target.messageGroupId };
          return send(rule.arn, target.arn, { MessageBody: input, ...group });
        }
        case 'sns':
          return publish(rule.arn, target.arn, input);
        case 'lambda':
          return invokeFunction(rule.arn, target.arn, input);
        case 'states':
          return startExecution(rule, target, input);
        case 'logs':
          return log(rule.arn, target.arn, input);
      }
    },
    deadLetter(rule, queueArn, MessageBody, attributes) {
      return send(rule.arn, queueArn, { MessageBody, MessageAttributes: textAttributes(attributes) });
    },
  };
}

function fail(error: unknown): never {
  if (!(error instanceof ServiceError) || (error.status >= 500 && error.status !== 501))
    throw new Undelivered('ERROR_FROM_TARGET', (error as Error).message);
  if (error.code === 'AccessDeniedException') throw new Undelivered('NO_PERMISSIONS', error.message);
  throw new Undelivered('INVALID_PARAMETER', error.message);
}

function parsed(input: string) {
  try {
    return JSON.parse(input) as JsonObject;
  } catch {
    throw new Undelivered('INVALID_JSON', `The input is not JSON: ${input.slice(0, 200)}`);
  }
}
