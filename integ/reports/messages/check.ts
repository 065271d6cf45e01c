import { parseArgs } from 'node:util';
import { membersOf, type Query, textOf } from './query';

export const USAGE = 'Usage: npx projen check-messages <topic ARN>… [--test <name of an alarm>]';

/** Who is subscribed to topics of alarms. */
export interface Checked {
  readonly subscriptions: readonly Subscription[];
  /** The alarm that was set to ALARM. */
  readonly tested?: string;
}

interface Subscription {
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** Lists the subscriptions of topics, and sends a test alarm if that is asked for. @throws with a one-line message for invalid arguments */
export async function check(args: readonly string[], queryIn: (region: string) => Query): Promise<Checked> {
  const { values, positionals: topics } = parseArgs({ args: [...args], options: { test: { type: 'string' } }, allowPositionals: true });
  const wrong = topics.find((arn) => !/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn));
  if (topics.length === 0) throw new Error(USAGE);
  if (wrong !== undefined)
    throw new Error(`Invalid topic ${wrong}: expected an ARN such as arn:aws:sns:eu-west-1:111122223333:luca-ops-alerts`);
  const subscriptions = await Promise.all(topics.map((arn) => subscriptionsOf(arn, queryIn(regionOf(arn)))));
  const { test } = values;
  if (test !== undefined) {
    const reason = 'A test of the messages, by check-messages: nothing is wrong';
    await queryIn(regionOf(topics[0]))('monitoring', 'SetAlarmState', { AlarmName: test, StateValue: 'ALARM', StateReason: reason });
  }
  return { subscriptions: subscriptions.flat(), ...(test === undefined ? {} : { tested: test }) };
}

/** The result for a person. The URL of an endpoint can contain a key, so only its host is shown. */
export function described({ subscriptions, tested }: Checked): readonly string[] {
  const waiting = subscriptions.filter(({ isConfirmed }) => !isConfirmed);
  return [
    `${subscriptions.length} subscriptions, ${waiting.length} of them not confirmed.`,
    ...subscriptions.map(
      ({ topic, protocol, endpoint, isConfirmed }) =>
        `${isConfirmed ? 'confirmed    ' : 'NOT confirmed'} ${topic.split(':').at(-1)} ${protocol} ${hostOf(endpoint)}`,
    ),
    ...(waiting.length > 0 ? ['Nothing arrives there before somebody has opened the link that AWS sent to the address.'] : []),
    ...(subscriptions.length === 0 ? ['Nobody is notified: add a Notification, or subscribe to the topic.'] : []),
    ...(tested === undefined ? [] : [`${tested} is in alarm now: its message should arrive, and that of OK after the next evaluation.`]),
  ];
}

const regionOf = (arn: string): string => arn.split(':')[3];

async function subscriptionsOf(topic: string, query: Query): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let token: string | undefined;
  do {
    const page = await query('sns', 'ListSubscriptionsByTopic', { TopicArn: topic, ...(token === undefined ? {} : { NextToken: token }) });
    for (const member of membersOf(page)) {
      const [protocol = '', endpoint = '', arn] = ['Protocol', 'Endpoint', 'SubscriptionArn'].map((name) => textOf(member, name));
      found.push({ topic, protocol, endpoint, isConfirmed: arn !== 'PendingConfirmation' });
    }
    token = textOf(page, 'NextToken');
  } while (token !== undefined && token !== '');
  return found;
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) && /^https?:/.test(endpoint) ? new URL(endpoint).host : endpoint;
}
