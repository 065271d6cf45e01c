/** Changes that are kept: one for each minute of the longest retention of a message, 14 days. */
const KEPT = 14 * 24 * 60;

/** A time of the clock, when that was by this machine, and how fast the clock runs from then on. */
interface Change {
  readonly machine: number;
  readonly clock: number;
  readonly speed: number;
}

/** When a clock was advanced or changed its speed. */
export interface ClockChanges {
  add(change: Change): void;
  /** What the clock showed at a time of this machine. Before the first change that is kept, it ran as after it. */
  shownAt(machine: number): number;
}

export function clockChanges(first: Change): ClockChanges {
  const changes = [first];
  return {
    add(change) {
      changes.push(change);
      if (changes.length > 2 * KEPT) changes.splice(0, changes.length - KEPT);
    },
    shownAt(machine) {
      let [low, high] = [0, changes.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (changes[middle].machine <= machine) low = middle;
        else high = middle - 1;
      }
      const change = changes[low];
      return change.clock + (machine - change.machine) * change.speed;
    },
  };
}
