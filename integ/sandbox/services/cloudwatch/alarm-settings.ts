import type { Properties } from '../../assembly/properties';
import type { AlarmState, Assembly, Resource } from '../../contracts';

/** What an alarm does when it goes to a state: ARNs of topics. */
export type Actions = Readonly<Record<AlarmState, readonly string[]>>;

/** What metric alarms and composite alarms have in common. */
export interface AlarmSettings {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  readonly actions: Actions;
}

/** Name, description and actions. */
export function settingsOf(assembly: Assembly, resource: Resource, alarm: Properties): AlarmSettings {
  return {
    resource,
    name: assembly.ref(resource),
    arn: assembly.attribute(resource, 'Arn'),
    description: alarm.text('AlarmDescription'),
    actionsEnabled: alarm.has('ActionsEnabled') ? alarm.flag('ActionsEnabled') : true,
    actions: {
      ALARM: actionsOf(alarm, 'AlarmActions'),
      OK: actionsOf(alarm, 'OKActions'),
      INSUFFICIENT_DATA: actionsOf(alarm, 'InsufficientDataActions'),
    },
  };
}

function actionsOf(alarm: Properties, property: string): string[] {
  const actions = alarm.raw(property) ?? [];
  if (!Array.isArray(actions)) throw alarm.invalid(property, 'must be a list');
  const arns = actions.map(String);
  const other = arns.find((arn) => arn.split(':')[2] !== 'sns');
  if (other !== undefined) throw alarm.invalid(property, `${other} is not supported: only topics are`);
  return arns;
}
