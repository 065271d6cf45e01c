import { Stack, Token } from 'aws-cdk-lib';
import { type AlarmBase, Dashboard, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { allowAlarms } from '../core/private/alarm-key-policy';
import { PAGES } from '../core/private/base/alarm-description';
import { invalid } from '../core/private/base/invalid';
import { having, KEY, listOf, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { encryptionKeyOf } from '../core/private/encryption-key';
import { uniqueName } from '../core/private/unique-name';
import { AlarmNames } from './alarm-names';
import { routeAlarms } from './alarm-routing';
import type { AlarmSymptom } from './alarm-symptom';
import { fillDashboard } from './dashboard';
import type { Notification } from './notification';
import { OperationsAlarms } from './operations-alarms';
import type { IOperations } from './operations-interface';
import { OperationsMetrics } from './operations-metrics';
import type { TenantLatency } from './tenant-latency';
import { watchTenantLatency } from './tenant-latency-alarms';
import { AlarmTopics } from './topics';
import { type Watched, watchedIn } from './watched';

/** Props of Operations. */
export interface OperationsProps {
  /**
   * The constructs to watch, each with everything below it: `[api, visits, grades]`, or `[this]` for a whole stack. Create Operations after
   * them, and change a setting of an alarm before: `visits.alarms.deadLetters({ threshold: 5 })`.
   */
  readonly watch: IConstruct[];

  /**
   * Whom alarms notify: `[Notification.email('operators@example.com')]`. Whoever is not in it can subscribe to `topic`.
   *
   * @default []
   */
  readonly notify?: Notification[];

  /**
   * What operators look for, 1 to 64 letters, digits, hyphens and underscores: the dashboard is `<name>-Overview`, the topic
   * `<name>-ops-alerts` in lower case, and an alarm `<name>-<path of its construct>-<alarm>`, unless it was created with another name. Two
   * stages of one account need different names.
   *
   * @default - generated names
   */
  readonly name?: string;

  /**
   * Name of the dashboard.
   *
   * @default - `<name>-Overview`, or a generated name
   */
  readonly dashboardName?: string;

  /**
   * Alarms of different constructs that go off for the same cause. While a cause is in alarm, its symptom sends no message. Those of one
   * construct are known.
   *
   * @default - only those of each construct
   */
  readonly symptoms?: AlarmSymptom[];

  /**
   * Latencies that are watched for each tenant, by one critical alarm and one graph each:
   * `[TenantLatency.histogram('Latency', { attribute: 'school', threshold: Duration.millis(120) })]`.
   *
   * @default []
   */
  readonly tenantLatency?: TenantLatency[];

  /**
   * What else the dashboard shows, after its overview: `[government.metrics.statusWidget()]`.
   *
   * @default []
   */
  readonly widgets?: IWidget[];

  /**
   * Where your copy of this package's pages is, for the links in descriptions of alarms: `https://wiki.example.com/andamio` makes
   * `https://wiki.example.com/andamio/secure-function/README.md#alarms`.
   *
   * @default - the pages of this package on GitHub
   */
  readonly runbooks?: string;

  /**
   * Encrypts the topics. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch needs; for an imported
   * key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
}

/**
 * Watches the constructs of an app: an alarm for each recommendation of theirs, messages to those who should know, and one dashboard.
 *
 * An alarm that goes off for the same cause as another one of its construct sends no message while that one is in alarm.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
 * import { type BufferedIngestPath, Notification, Operations, type TenantIsolatedApi } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const api: TenantIsolatedApi;
 * declare const visits: BufferedIngestPath;
 * new Operations(stack, 'Operations', {
 *   watch: [api, visits],
 *   notify: [
 *     Notification.email('operators@example.com'),
 *     Notification.slack({ workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' }),
 *     Notification.pagerDuty(Secret.fromSecretNameV2(stack, 'PagerDuty', 'pagerduty')),
 *   ],
 * });
 */
export class Operations extends Construct implements IOperations, IObservable {
  /** The topic of all alarms, for further subscriptions. */
  public readonly topic: ITopic;
  /** The topic of all alarms, followed by one for each severity that somebody is notified of alone. */
  public readonly topics: ITopic[];
  /** The dashboard. */
  public readonly dashboard: Dashboard;
  /** The alarms that send messages. Those of symptoms are composite alarms. */
  public readonly notifyingAlarms: AlarmBase[];
  /** Metrics of the messages. */
  public readonly metrics: OperationsMetrics;
  /** Alarms of the messages. */
  public readonly alarms: OperationsAlarms;
  /** None: SNS does not log deliveries of these topics. */
  public readonly logGroups: ILogGroup[] = [];

  /**
   * @throws when there is nothing to watch, when two alarms or destinations are the same, when alarms silence each other or a warning a
   * critical one, when a construct is in another account or Region, or when CloudWatch has no room for the dashboard
   */
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { watch, notify = [], symptoms = [], tenantLatency = [], widgets = [], runbooks } = props;
    const name = checkName(this, 'name', props.name);
    const watched = watchedIn(this, watch);

    const key = encryptionKeyOf(this, props.encryptionKey);
    allowAlarms(this, key);
    const topics = new AlarmTopics(this, key, this.topicName(name, watched), notify);
    this.topics = topics.topics;
    this.topic = topics.topics[0];
    this.metrics = OperationsMetrics.fromOperations(this);
    this.alarms = OperationsAlarms.fromOperations(this);

    const all = [...watched, { construct: this, alarms: this.recommendedAlarms, graphs: this.graphs ?? [], tables: [] }];
    const names = new AlarmNames(this, name);
    const linked = linksTo(this, runbooks);
    const routed = [
      ...watchTenantLatency(this, tenantLatency, { names, topics, linked }),
      ...routeAlarms(this, all, { symptoms, names, topics, linked }),
    ];
    this.notifyingAlarms = routed.map(({ alarm }) => alarm);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: checkName(this, 'dashboardName', props.dashboardName) ?? (name && `${name}-Overview`),
    });
    fillDashboard(this, this.dashboard, { watched: all, routed, tenantLatency, widgets, linked });
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return [{ title: 'Messages of alarms', left: [this.metrics.metricDelivered(), this.metrics.metricFailed()] }];
  }

  /** Alarms of other stacks know the topic by its name, so it has one then. */
  private topicName(name: string | undefined, watched: readonly Watched[]): string | undefined {
    if (name !== undefined) return `${name.toLowerCase()}-ops-alerts`;
    const isElsewhere = watched.some(({ construct }) => Stack.of(construct) !== Stack.of(this));
    return isElsewhere ? uniqueName(this, MAX_TOPIC_NAME) : undefined;
  }
}

/** Documented: "CreateTopic", Name: 256 characters. The rest is for the severity. */
const MAX_TOPIC_NAME = 240;

function checkName(where: IConstruct, property: string, name: string | undefined): string | undefined {
  if (name === undefined || (!Token.isUnresolved(name) && /^[A-Za-z0-9_-]{1,64}$/.test(name))) return name;
  return invalid(where, property, name, '1 to 64 letters, digits, hyphens and underscores, known at synthesis');
}

/** Replaces the address of this package's pages in a text. */
function linksTo(where: IConstruct, runbooks: string | undefined): (text: string) => string {
  if (runbooks === undefined) return (text) => text;
  if (!Token.isUnresolved(runbooks) && !/^https:\/\/[^\s#?]+$/.test(runbooks)) {
    invalid(where, 'runbooks', runbooks, "an HTTPS URL without a query or a fragment: 'https://wiki.example.com/andamio'");
  }
  const base = runbooks.endsWith('/') ? runbooks.slice(0, -1) : runbooks;
  return (text) => text.replace(PAGES, () => base);
}

const CONSTRUCT = having<IConstruct>('', 'node');
const PROPS: PropKinds<OperationsProps> = {
  watch: required(listOf(CONSTRUCT, 'a list of constructs: [api, visits]')),
  notify: listOf(having<Notification>('', '_destination', '_severities'), 'a list of notifications: [Notification.email(…)]'),
  name: STRING,
  dashboardName: STRING,
  symptoms: listOf(having<AlarmSymptom>('', 'symptom', 'causes'), 'a list of symptoms: [{ symptom: alarm, causes: [alarm] }]'),
  tenantLatency: listOf(having<TenantLatency>('', '_settled'), 'a list of latencies: [TenantLatency.histogram(…)]'),
  widgets: listOf(having<IWidget>('', 'toJson', 'width'), 'a list of widgets: [new TextWidget(…)]'),
  runbooks: STRING,
  encryptionKey: KEY,
};
