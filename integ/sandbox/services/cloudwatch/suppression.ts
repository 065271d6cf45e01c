import type { AlarmState } from '../../contracts';
import type { Suppressor } from './composite';

/** Why the actions of a composite alarm are not taken. Documented: "CompositeAlarm", ActionsSuppressedBy. */
export type SuppressedBy = 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod';

/** Decides when a composite alarm takes its actions. */
export interface Suppression {
  readonly by: SuppressedBy | undefined;
  /**
   * Must be called after each evaluation of all alarms.
   *
   * @param changed whether the composite alarm has changed its state
   * @returns whether it takes the actions of its state now
   */
  decide(at: number, state: AlarmState, changed: boolean, suppressing: boolean): boolean;
}

/**
 * Documented: "Suppressing composite alarm actions" (Amazon CloudWatch User Guide). An alarm takes no actions while a period is active, and
 * those of its current state when the period ends. It takes none if it has taken those of this state last: AWS does not document this case.
 */
export function createSuppression(suppressor: Suppressor | undefined): Suppression {
  let by: SuppressedBy | undefined;
  let until = 0;
  let wasSuppressing = false;
  let taken: AlarmState | undefined;
  const take = (state: AlarmState): boolean => {
    by = undefined;
    const due = taken !== state;
    taken = state;
    return due;
  };
  const hold = (reason: SuppressedBy, end: number): void => {
    by = reason;
    until = end;
  };
  return {
    get by() {
      return by;
    },
    decide(at, state, changed, suppressing) {
      if (suppressor === undefined) return changed && take(state);
      if (suppressing) hold('Alarm', Number.POSITIVE_INFINITY);
      else if (wasSuppressing) hold('ExtensionPeriod', at + suppressor.extensionMs);
      else if (changed && by === undefined) hold('WaitPeriod', at + suppressor.waitMs);
      wasSuppressing = suppressing;
      return by !== undefined && at >= until && take(state);
    },
  };
}
