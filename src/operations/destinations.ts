import { Stack } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Subscription, type SubscriptionProps, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledge } from '../core/private/rule-packs';
import { shortHash, uniqueName } from '../core/private/unique-name';

/** Where messages go. */
export interface Destination {
  /** The construct id of the destination: the same for the same one, whatever else is notified. */
  idIn(scope: Construct): string;
  /** Sends what is published to a topic to this destination, as a child with its id. */
  connect(scope: Construct, id: string, topic: ITopic): void;
  /** A topic to which alarms publish themselves, instead of one of Operations. */
  readonly ownTopic?: ITopic;
}

export class Mail implements Destination {
  constructor(private readonly address: string) {}

  public idIn(scope: Construct): string {
    return `Email${hashed(scope, this.address)}`;
  }

  public connect(scope: Construct, id: string, topic: ITopic): void {
    subscribe(scope, id, { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: this.address });
  }
}

export class PagerDuty implements Destination {
  constructor(
    private readonly secret: ISecret,
    private readonly field?: string,
  ) {}

  public idIn(scope: Construct): string {
    return `PagerDuty${hashed(scope, [this.secret.secretArn, this.field ?? ''])}`;
  }

  public connect(scope: Construct, id: string, topic: ITopic): void {
    const { secret, field } = this;
    const value = field === undefined ? secret.secretValue : secret.secretValueFromJson(field);
    // A reference to the secret, which CloudFormation resolves.
    subscribe(scope, id, { topic, protocol: SubscriptionProtocol.HTTPS, endpoint: value.unsafeUnwrap() });
  }
}

/** Documented: `AdministratorAccess` is the default of the guardrail, the most that anybody can do from the channel. */
const GUARDRAIL = 'AWSDenyAll';
const CONFIGURATION_NAME_CHARACTERS = 100;

export class Slack implements Destination {
  constructor(
    private readonly slackWorkspaceId: string,
    private readonly slackChannelId: string,
  ) {}

  public idIn(scope: Construct): string {
    return `Slack${hashed(scope, [this.slackWorkspaceId, this.slackChannelId])}`;
  }

  public connect(scope: Construct, id: string, topic: ITopic): void {
    const { slackWorkspaceId, slackChannelId } = this;
    const stack = Stack.of(scope);
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      description: 'Of a Slack channel that gets alarms. It has no permissions.',
    });
    new CfnSlackChannelConfiguration(scope, id, {
      ...{ slackWorkspaceId, slackChannelId },
      // Unique in the account: all Regions share these names.
      configurationName: `${uniqueName(role, CONFIGURATION_NAME_CHARACTERS)}-${stack.region}`,
      iamRoleArn: role.roleArn,
      guardrailPolicies: [`arn:${stack.partition}:iam::aws:policy/${GUARDRAIL}`],
      loggingLevel: 'ERROR',
      snsTopicArns: [topic.topicArn],
    });
  }
}

export class ExistingTopic implements Destination {
  constructor(public readonly ownTopic: ITopic) {}

  public idIn(scope: Construct): string {
    return `Topic${hashed(scope, this.ownTopic.topicArn)}`;
  }

  public connect(): void {
    // Alarms publish to it themselves.
  }
}

function subscribe(scope: Construct, id: string, props: SubscriptionProps): void {
  const reason =
    'A message that was not delivered is reported by the alarm FailedNotifications. Kept for later, it would be about the past.';
  acknowledge(new Subscription(scope, id, props), ['Serverless'], 'SNSRedrivePolicy', reason);
}

/** A value that is known only at deployment has no text of its own, but the expression that the template has for it. */
function hashed(scope: Construct, value: unknown): string {
  return shortHash(JSON.stringify(Stack.of(scope).resolve(value)));
}
