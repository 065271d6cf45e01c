import type { Duration } from 'aws-cdk-lib';

/** Whether a duration is a whole number of a unit between two bounds. A duration that is only known at deployment is accepted. */
export function isWholeBetween(value: Duration, unit: 'seconds' | 'minutes', least: Duration, most: Duration): boolean {
  if (value.isUnresolved()) return true;
  const seconds = value.toSeconds({ integral: false });
  return seconds % (unit === 'seconds' ? 1 : 60) === 0 && seconds >= least.toSeconds() && seconds <= most.toSeconds();
}

/** The expected range, in the unit of the user's value: `whole seconds between 3 minutes 5 seconds and 14 days`. */
export function wholeBetween(value: Duration, unit: 'seconds' | 'minutes', least: Duration, most: Duration): string {
  return `whole ${unit} between ${inUnitOf(value, least)} and ${inUnitOf(value, most)}`;
}

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** A bound in the unit of a value, if it is a whole number in that unit. */
export function inUnitOf(value: Duration, bound: Duration): string {
  const unit = value.unitLabel();
  const { [unit]: length = 1 } = SECONDS;
  const seconds = bound.toSeconds();
  if (unit in SECONDS && seconds % length === 0) return text(seconds / length, unit);
  return exactText(seconds);
}

function exactText(seconds: number): string {
  const [unit, length] = Object.entries(SECONDS)
    .filter(([, one]) => seconds >= one)
    .at(-1) ?? ['seconds', 1];
  const rest = seconds % length;
  const whole = text(Math.floor(seconds / length), unit);
  return rest === 0 ? whole : `${whole} ${exactText(rest)}`;
}

function text(count: number, unit: string): string {
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}
