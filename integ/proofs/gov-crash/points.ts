import type { StateDescription, Transition } from '../../sandbox';

/** A moment at which a sync is stopped: before or after a state. */
export interface Point {
  readonly moment: 'before' | 'after';
  readonly state: string;
}

/** Before and after each state of a definition. */
export function pointsOf(states: readonly StateDescription[]): Point[] {
  return states.flatMap(({ name: state }): Point[] => [
    { moment: 'before', state },
    { moment: 'after', state },
  ]);
}

/** So many of them, evenly spread. */
export function someOf<T>(all: readonly T[], count: number): T[] {
  const number = Math.min(count, all.length);
  return Array.from({ length: number }, (_, place) => all[Math.floor((place * all.length) / number)]);
}

export const nameOf = ({ moment, state }: Point): string => `${moment} ${state}`;

/** Whether an execution is at the point. After a state, its result is known, and the next state has not begun. */
export function isAt({ moment, state }: Point, transition: Pick<Transition, 'phase' | 'state'>): boolean {
  const phases: readonly Transition['phase'][] = moment === 'before' ? ['ENTERED'] : ['EXITED', 'FAILED'];
  return transition.state === state && phases.includes(transition.phase);
}

/** The points at which nothing was stopped yet. */
export class Remaining {
  readonly reached: Point[] = [];

  constructor(private points: readonly Point[]) {}

  get all(): readonly Point[] {
    return this.points;
  }

  /** The remaining point at which an execution is. It does not remain. */
  take(transition: Pick<Transition, 'phase' | 'state'>): Point | undefined {
    const point = this.points.find((one) => isAt(one, transition));
    if (point === undefined) return undefined;
    this.points = this.points.filter((one) => one !== point);
    this.reached.push(point);
    return point;
  }
}
