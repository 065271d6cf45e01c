import { Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';
import type { AlarmSeverity } from '../core';
import { alarmsOf } from '../core/private/alarm-key-policy';
import { invalid } from '../core/private/base/invalid';
import type { Notification } from './notification';

/** A topic, and its name if it has one: stacks that are deployed before it know it by its name. */
interface NamedTopic {
  readonly topic: Topic;
  readonly topicName?: string;
}

/** The topics of alarms, and what alarms of a severity do. */
export class AlarmTopics {
  /** The topic of all alarms, followed by one for each severity that somebody is notified of alone. */
  public readonly topics: ITopic[];

  private readonly all: NamedTopic;
  private readonly bySeverity = new Map<AlarmSeverity, NamedTopic>();
  private readonly own: { readonly topic: ITopic; readonly severities: readonly AlarmSeverity[] }[] = [];

  /** @param topicName the name of the topic of all alarms, if it has one */
  constructor(
    private readonly scope: Construct,
    private readonly key: IKey,
    private readonly topicName: string | undefined,
    notify: readonly Notification[],
  ) {
    this.all = this.createTopic('Topic', topicName);
    const destinations = new Construct(scope, 'Notify');
    for (const [position, notification] of notify.entries()) this.connect(destinations, notification, position);
    this.topics = [this.all, ...this.bySeverity.values()].map(({ topic }) => topic);
  }

  /** What an alarm of a severity does, when it goes off and when it returns to OK. */
  public actionsFor(alarm: IConstruct, severity: AlarmSeverity): IAlarmAction[] {
    const named = [this.all, this.bySeverity.get(severity)].flatMap((one) => (one === undefined ? [] : [one]));
    const own = this.own.filter(({ severities }) => severities.includes(severity));
    const arns = [...named.map((one) => arnFrom(alarm, one)), ...own.map(({ topic }) => topic.topicArn)];
    return arns.map((alarmActionArn) => ({ bind: () => ({ alarmActionArn }) }));
  }

  private connect(scope: Construct, { _destination: destination, _severities: severities }: Notification, position: number): void {
    const id = destination.idIn(scope);
    const existing = scope.node.tryFindChild(id);
    if (existing !== undefined) invalid(this.scope, `notify[${position}]`, existing, 'each destination once');
    if (destination.ownTopic !== undefined) {
      new Construct(scope, id);
      this.own.push({ topic: destination.ownTopic, severities });
      return;
    }
    destination.connect(scope, id, this.topicOf(severities));
  }

  private topicOf(severities: readonly AlarmSeverity[]): ITopic {
    const [severity, ...more] = severities;
    if (more.length > 0) return this.all.topic;
    const existing = this.bySeverity.get(severity);
    if (existing !== undefined) return existing.topic;
    const id = `${severity[0].toUpperCase()}${severity.slice(1)}Topic`;
    const created = this.createTopic(id, this.topicName && `${this.topicName}-${severity}`);
    this.bySeverity.set(severity, created);
    return created.topic;
  }

  private createTopic(id: string, topicName: string | undefined): NamedTopic {
    const topic = new Topic(this.scope, id, { topicName, masterKey: this.key, enforceSSL: true });
    // A policy of its own replaces the default one, which lets every service of the account publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccountAndRegion',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: alarmsOf(Stack.of(topic)),
      }),
    );
    return { topic, topicName };
  }
}

/** An alarm of another stack names the topic instead of referring to it, because the dashboard of this stack refers to that one. */
function arnFrom(alarm: IConstruct, { topic, topicName }: NamedTopic): string {
  const stack = Stack.of(alarm);
  if (stack === Stack.of(topic) || topicName === undefined) return topic.topicArn;
  return stack.formatArn({ service: 'sns', resource: topicName });
}
