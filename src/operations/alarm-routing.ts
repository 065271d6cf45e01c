import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  type AlarmBase,
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  type IAlarm,
  type IAlarmAction,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct, IConstruct } from 'constructs';
import { AlarmSeverity, type RecommendedAlarm } from '../core';
import { invalid } from '../core/private/base/invalid';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import { uniqueName } from '../core/private/unique-name';
import { type AlarmNames, nameOf, resourceOf } from './alarm-names';
import type { AlarmSymptom } from './alarm-symptom';
import type { AlarmTopics } from './topics';
import type { Watched } from './watched';

/** How long a symptom waits for its cause. Alarms of one cause go off within the periods that they evaluate. */
const WAIT = Duration.minutes(2);
/** What a cause leaves behind, such as a queue that empties, is not reported for so long. */
const EXTENSION = Duration.minutes(5);

/** Documented: "PutCompositeAlarm", AlarmName: 255. The rest is for what follows. */
const GENERATED_CHARACTERS = 200;

/** An alarm that sends messages. */
export interface Routed {
  readonly alarm: AlarmBase;
  readonly severity: AlarmSeverity;
  readonly construct: IConstruct;
}

interface Created {
  readonly construct: IConstruct;
  readonly recommended: RecommendedAlarm;
  readonly alarm: Alarm;
  readonly causes: readonly IAlarm[];
}

/** Creates the alarms of what is watched, with their names, their links and whom they notify. */
export function routeAlarms(where: IConstruct, watched: readonly Watched[], { symptoms, names, topics, linked }: Routing): Routed[] {
  const created = watched.flatMap(({ construct, alarms }) => alarms.map((recommended) => createdFor(construct, recommended)));
  const known = new Map<IAlarm, Created>(created.map((one) => [one.alarm, one]));
  for (const [position, { symptom, causes }] of symptoms.entries()) {
    for (const alarm of [symptom, ...causes]) {
      if (!known.has(alarm)) invalid(where, `symptoms[${position}]`, alarm, 'recommended alarms of constructs that are watched');
    }
  }
  const explained = created.map((one) => {
    const further = symptoms.flatMap(({ symptom, causes }) => (symptom === one.alarm ? causes : []));
    return { ...one, causes: [...new Set([...causesWithin(one, created), ...further])] };
  });
  for (const one of explained) checkCauses(where, one, known);
  rejectCircles(where, explained);
  return explained.map((one) => {
    const { construct, recommended, alarm } = one;
    resourceOf(alarm).alarmDescription = linked(resourceOf(alarm).alarmDescription ?? '');
    const actions = topics.actionsFor(alarm, recommended.severity);
    return { construct, severity: recommended.severity, alarm: route(one, names, actions) };
  });
}

export interface Routing {
  readonly symptoms: readonly AlarmSymptom[];
  readonly names: AlarmNames;
  readonly topics: AlarmTopics;
  /** A description with the links of the app. */
  readonly linked: (description: string) => string;
}

function createdFor(construct: IConstruct, recommended: RecommendedAlarm): Created {
  return { construct, recommended, alarm: recommended.create(), causes: [] };
}

function causesWithin({ construct, recommended, alarm }: Created, created: readonly Created[]): Alarm[] {
  const siblings = created.filter((other) => other.construct === construct);
  return recommended.symptomOf.map((name) => {
    const cause = siblings.find((other) => other.recommended.name === name && other.alarm !== alarm);
    return (
      cause?.alarm ??
      invalid(construct, `symptomOf of ${recommended.name}`, name, 'the name of another recommended alarm of this construct')
    );
  });
}

/** A warning must not silence a critical alarm: nobody would be called. */
function checkCauses(where: IConstruct, { recommended, alarm, causes }: Created, known: ReadonlyMap<IAlarm, Created>): void {
  if (recommended.severity !== AlarmSeverity.CRITICAL) return;
  const warning = causes.find((cause) => known.get(cause)?.recommended.severity !== AlarmSeverity.CRITICAL);
  if (warning !== undefined) invalid(where, `cause of ${alarm.node.path}`, warning, 'a critical alarm, as the alarm that it silences');
}

/** Alarms that silence each other would all be silent. */
function rejectCircles(where: IConstruct, all: readonly Created[]): void {
  const causesOf = new Map<IAlarm, readonly IAlarm[]>(all.map(({ alarm, causes }) => [alarm, causes]));
  const done = new Set<IAlarm>();
  const visit = (alarm: IAlarm, path: ReadonlySet<IAlarm>): void => {
    if (path.has(alarm)) invalid(where, `cause of ${alarm.node.path}`, alarm, 'no alarm that it silences itself');
    if (done.has(alarm)) return;
    for (const cause of causesOf.get(alarm) ?? []) visit(cause, new Set([...path, alarm]));
    done.add(alarm);
  };
  for (const { alarm } of all) visit(alarm, new Set());
}

function route({ construct, recommended, alarm, causes }: Created, names: AlarmNames, actions: readonly IAlarmAction[]): AlarmBase {
  const resource = resourceOf(alarm);
  const name = names.of(construct, recommended.name, nameOf(alarm));
  if (causes.length === 0) {
    if (name !== undefined) resource.alarmName = name;
    names.take(name, alarm);
    recommended.create({ actions: [...actions], okActions: [...actions] });
    return alarm;
  }
  const notifying = notificationOf(recommended, alarm, causes, { name, description: resource.alarmDescription });
  names.take(name, notifying);
  for (const action of actions) {
    notifying.addAlarmAction(action);
    notifying.addOkAction(action);
  }
  return notifying;
}

/** The alarm that sends the messages of a symptom, beside the one that evaluates its metric. */
function notificationOf(
  { name: id }: RecommendedAlarm,
  alarm: Alarm,
  causes: readonly IAlarm[],
  { name, description }: { readonly name?: string; readonly description?: string },
): CompositeAlarm {
  const scope = alarm.node.scope as Construct;
  const existing = scope.node.tryFindChild(`${id}Notification`) as CompositeAlarm | undefined;
  if (existing !== undefined) return existing;
  if (name !== undefined) resourceOf(alarm).alarmName = `${name}-Condition`;
  // The L2 would make a name of the ids alone, which stacks with other names can share.
  const generated = uniqueName(alarm, GENERATED_CHARACTERS);
  const silent = `It sends no messages: ${id}Notification does, unless ${causes.map(({ node }) => node.id).join(' or ')} is in alarm.`;
  acknowledge(alarm, REGULATED, 'CloudWatchAlarmAction', silent);
  return new CompositeAlarm(scope, `${id}Notification`, {
    alarmRule: AlarmRule.fromAlarm(alarm, AlarmState.ALARM),
    compositeAlarmName: name ?? `${generated}-Notification`,
    alarmDescription: description,
    actionsSuppressor: suppressorOf(scope, id, causes, `${name ?? generated}-Causes`),
    actionsSuppressorWaitPeriod: WAIT,
    actionsSuppressorExtensionPeriod: EXTENSION,
  });
}

/** A composite alarm has one suppressor: several causes are an alarm of their own. */
function suppressorOf(scope: Construct, id: string, causes: readonly IAlarm[], name: string): IAlarm {
  const [cause, ...more] = causes;
  if (more.length === 0) return cause;
  return new CompositeAlarm(scope, `${id}Causes`, {
    alarmRule: AlarmRule.anyOf(...causes),
    compositeAlarmName: name,
    alarmDescription: `Silences ${id}Notification, and sends no messages itself.`,
  });
}
