import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Notification } from 'cdk-andamio';
import type { Construct } from 'constructs';

/** Who is notified of alarms. Nobody has to be: others can subscribe to the topic `luca-ops-alerts`. */
export interface Operators {
  /**
   * Gets all alarms, after somebody has opened the link that AWS sends to this address.
   *
   * @default - no e-mail
   */
  readonly email?: string;
  /**
   * A channel of Slack that gets all alarms. Its workspace was authorized once, in the console.
   *
   * @default - no channel
   */
  readonly slack?: { readonly workspaceId: string; readonly channelId: string };
  /**
   * Name of the secret with the URL of PagerDuty, which gets critical alarms. It exists already.
   *
   * @default - nobody is called
   */
  readonly pagerDutySecret?: string;
}

export function notificationsFor(scope: Construct, { email, slack, pagerDutySecret }: Operators): Notification[] {
  return [
    ...(email === undefined ? [] : [Notification.email(email)]),
    ...(slack === undefined ? [] : [Notification.slack(slack)]),
    ...(pagerDutySecret === undefined ? [] : [Notification.pagerDuty(Secret.fromSecretNameV2(scope, 'PagerDuty', pagerDutySecret))]),
  ];
}
