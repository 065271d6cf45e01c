import type { Draw } from './draw';
import { escaped } from './html';

interface Alarm {
  readonly AlarmArn: string;
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly StateUpdatedTimestamp: number;
}

/** Documented: "Alarm widget", sortBy: by state in this order, and then the newest change first. */
const STATES = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

/** The state of each alarm. */
export const alarmWidget: Draw = async ({ properties }, { source }) => {
  const arns = properties.alarms as unknown as readonly string[];
  const names = arns.map((arn) => arn.slice(arn.indexOf(':alarm:') + ':alarm:'.length));
  const { MetricAlarms, CompositeAlarms } = await source.cloudWatch('DescribeAlarms', {
    ...{ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 },
  });
  const found = [...(MetricAlarms as unknown as Alarm[]), ...(CompositeAlarms as unknown as Alarm[])];
  const missing = arns.filter((arn) => !found.some(({ AlarmArn }) => AlarmArn === arn));
  if (missing.length > 0) throw new Error(`there is no alarm ${missing[0]}`);
  const states = (properties.states ?? STATES) as readonly string[];
  const shown = sorted(found, properties.sortBy).filter(({ StateValue }) => states.includes(StateValue));
  if (shown.length === 0) return '<p class="none">no alarms in these states</p>';
  const tiles = shown.map(({ AlarmName, StateValue }) => `<li class="${StateValue}" title="${StateValue}">${escaped(AlarmName)}</li>`);
  return `<ul class="alarms">${tiles.join('')}</ul>`;
};

function sorted(alarms: readonly Alarm[], by: unknown): Alarm[] {
  const byName = [...alarms].sort((one, other) => (one.AlarmName < other.AlarmName ? -1 : 1));
  const newest = (one: Alarm, other: Alarm) => other.StateUpdatedTimestamp - one.StateUpdatedTimestamp;
  if (by === 'timestamp') return byName.sort(newest);
  if (by !== 'stateUpdatedTimestamp') return byName;
  return byName.sort((one, other) => STATES.indexOf(one.StateValue) - STATES.indexOf(other.StateValue) || newest(one, other));
}
