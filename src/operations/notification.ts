import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { AlarmSeverity } from '../core';
import { invalid } from '../core/private/base/invalid';
import { having, listOf, oneOf, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { type Destination, ExistingTopic, Mail, PagerDuty, Slack } from './destinations';
import { checkAddress, checkChannel } from './validate-destination';

/** Options of a notification. */
export interface NotificationOptions {
  /**
   * The severities of the alarms that it is about.
   *
   * @default [AlarmSeverity.CRITICAL, AlarmSeverity.WARNING]
   */
  readonly severities?: AlarmSeverity[];
}

/** A channel of Slack. */
export interface SlackChannel extends NotificationOptions {
  /** The id of the workspace, such as `T0123ABCD`. It is authorized once by hand, in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** The id of the channel, such as `C0123ABCD`: the end of the link that Slack copies. */
  readonly channelId: string;
}

/** Options of PagerDuty. */
export interface PagerDutyOptions {
  /**
   * The field of the secret that contains the URL, if the secret is JSON.
   *
   * @default - the whole secret is the URL
   */
  readonly field?: string;
  /**
   * The severities of the alarms that page somebody.
   *
   * @default [AlarmSeverity.CRITICAL]
   */
  readonly severities?: AlarmSeverity[];
}

/** Whom alarms notify, when they go off and when they return to OK. */
export class Notification {
  /**
   * An e-mail to a person or a list. AWS first sends a link to this address: nothing else arrives before somebody has opened it.
   *
   * @param address such as `operators@example.com`
   * @throws when it is not an address
   */
  public static email(address: string, options: NotificationOptions = {}): Notification {
    checkAddress(address);
    checkProps('Notification.email', options, OPTIONS);
    return new Notification(new Mail(address), options.severities);
  }

  /**
   * A message in a channel of Slack. Nobody can do anything in the account from there: the role of the channel has no permissions.
   *
   * @throws when an id is malformed
   */
  public static slack(channel: SlackChannel): Notification {
    checkProps('Notification.slack', channel, CHANNEL);
    checkChannel(channel);
    return new Notification(new Slack(channel.workspaceId, channel.channelId), channel.severities);
  }

  /**
   * An incident in PagerDuty, by the URL of its CloudWatch integration, which contains a key. CloudFormation reads it from the secret when
   * the subscription is created; it is not in the template.
   *
   * @param secret the secret with the URL
   * @throws when it is not a secret
   */
  public static pagerDuty(secret: ISecret, options: PagerDutyOptions = {}): Notification {
    if (!SECRET.accepts(secret)) {
      // The URL contains a key, so it is not in the message.
      const given = typeof secret === 'string' ? '<text>' : secret;
      invalid('Notification.pagerDuty', 'secret', given, 'a secret that contains the URL: the URL itself would be in the template');
    }
    checkProps('Notification.pagerDuty', options, PAGER_DUTY);
    return new Notification(new PagerDuty(secret, options.field), options.severities ?? [AlarmSeverity.CRITICAL]);
  }

  /**
   * A topic that exists. Its policy, and that of its key, must let CloudWatch publish to it.
   *
   * @param topic a topic of the same Region
   */
  public static topic(topic: ITopic, options: NotificationOptions = {}): Notification {
    checkProps('Notification.topic', { topic }, { topic: required(TOPIC) });
    checkProps('Notification.topic', options, OPTIONS);
    return new Notification(new ExistingTopic(topic), options.severities);
  }

  /**
   * Critical ones before warnings.
   *
   * @internal
   */
  public readonly _severities: readonly AlarmSeverity[];

  private constructor(
    /** @internal */
    public readonly _destination: Destination,
    severities: AlarmSeverity[] = Object.values(AlarmSeverity),
  ) {
    if (severities.length === 0) invalid('Notification', 'severities', severities, 'at least one severity');
    this._severities = Object.values(AlarmSeverity).filter((severity) => severities.includes(severity));
  }
}

const SEVERITIES = listOf(oneOf<AlarmSeverity>('', AlarmSeverity), 'a list of values of AlarmSeverity');
const OPTIONS: PropKinds<NotificationOptions> = { severities: SEVERITIES };
const CHANNEL: PropKinds<SlackChannel> = { workspaceId: required(STRING), channelId: required(STRING), severities: SEVERITIES };
const PAGER_DUTY: PropKinds<PagerDutyOptions> = { field: STRING, severities: SEVERITIES };
const SECRET = having<ISecret>('', 'secretArn', 'secretValueFromJson');
const TOPIC = having<ITopic>('a topic: new Topic(…), or Topic.fromTopicArn(…)', 'topicArn', 'addSubscription');
