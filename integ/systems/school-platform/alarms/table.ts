import type { Assembly, Resource } from '../../../sandbox';
import type { AlarmFault } from './fault';
import { AUDIT_TRAIL } from './faults/audit-trail';
import { CONCURRENCY } from './faults/concurrency';
import { GOVERNMENT_FAULTS } from './faults/government';
import { GRADES } from './faults/grades';
import { LAKE } from './faults/lake';
import { LAKE_WORK } from './faults/lake-work';
import { OPERATORS_FAULTS } from './faults/operators';
import { USERS_AND_API } from './faults/users-and-api';
import { VISITS } from './faults/visits';
import { PREFIX } from './names';

/** Every fault, those first that take the least time. */
export const FAULTS: readonly AlarmFault[] = [
  ...USERS_AND_API,
  ...VISITS,
  ...CONCURRENCY,
  ...GRADES,
  ...OPERATORS_FAULTS,
  ...AUDIT_TRAIL,
  ...LAKE,
  ...LAKE_WORK,
  ...GOVERNMENT_FAULTS,
];

const TYPES = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm', 'AWS::CloudWatch::PromQLAlarm'];

/** The names of the alarms of an assembly that send messages, without the prefix of all. */
export function notifyingAlarms(assembly: Assembly): string[] {
  const alarms = TYPES.flatMap((type) => assembly.ofType(type)).map((resource) => ({
    resource,
    properties: assembly.properties(resource),
  }));
  const sending = alarms.filter(({ properties }) => Array.isArray(properties.AlarmActions) && properties.AlarmActions.length > 0);
  return sending.map(({ resource, properties }) => nameOf(resource, String(properties.AlarmName))).sort();
}

function nameOf({ id }: Resource, name: string): string {
  if (!name.startsWith(PREFIX)) throw new Error(`${id}: the name ${name} does not begin with ${PREFIX}`);
  return name.slice(PREFIX.length);
}

/** What is wrong with the table, one line each: an alarm without a fault, with two, or a fault for an alarm that does not exist. */
export function problemsOf(faults: readonly AlarmFault[], alarms: readonly string[]): string[] {
  const counts = new Map(alarms.map((alarm) => [alarm, 0]));
  const problems: string[] = [];
  for (const { what, rings, mayRing = {} } of faults) {
    for (const alarm of rings) {
      const count = counts.get(alarm);
      if (count === undefined) problems.push(`${what}: there is no alarm ${alarm}`);
      else counts.set(alarm, count + 1);
    }
    for (const alarm of Object.keys(mayRing)) if (!counts.has(alarm)) problems.push(`${what}: there is no alarm ${alarm} that may go off`);
  }
  for (const [alarm, count] of counts) if (count !== 1) problems.push(`${alarm} has ${count} faults, and needs one`);
  return problems;
}

/** The fault for which an alarm goes off. @throws if there is none */
export function faultOf(alarm: string): AlarmFault {
  const found = FAULTS.find(({ rings }) => rings.includes(alarm));
  if (found === undefined) throw new Error(`There is no fault for the alarm ${alarm}`);
  return found;
}
