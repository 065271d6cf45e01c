import type { Clock } from '../../contracts';

/** Marks that are kept: one a minute, for the longest retention of a message. */
const MARKS = 14 * 24 * 60;

/** Converts times of this machine to those of the clock, also if the clock was advanced or changed its speed in between. */
export interface MachineTime {
  /** Notes what time it is now. */
  mark(): void;
  /** A time of this machine since the first mark, by the clock. */
  toClock(machine: number): number;
}

export function machineTime(clock: Pick<Clock, 'now' | 'speed'>, now: () => number = Date.now): MachineTime {
  const marks = [{ machine: now(), clock: clock.now(), speed: clock.speed }];
  return {
    mark() {
      marks.push({ machine: now(), clock: clock.now(), speed: clock.speed });
      if (marks.length > 2 * MARKS) marks.splice(0, marks.length - MARKS);
    },
    toClock(machine) {
      let [low, high] = [0, marks.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (marks[middle].machine <= machine) low = middle;
        else high = middle - 1;
      }
      const mark = marks[low];
      return mark.clock + (machine - mark.machine) * mark.speed;
    },
  };
}
