import type { Answer } from '../../../kit/load/load-client';
import { percentiles } from '../../../kit/load/summary';
import type { Second } from './chart';

/** The teachers' requests of a part of the demo. */
export interface Part {
  readonly requests: number;
  readonly failed: number;
  readonly p95: number;
}

/** Collects what happens in each second, from when lessons begin. */
export interface Timeline {
  /** @param dueMs when the request was due, from the start of the lessons */
  answered(answer: Answer, dueMs: number): void;
  visit(): void;
  /** The seconds that are over. */
  seconds(): readonly Second[];
  /** The requests that were due between two times, in milliseconds from the start; undefined if there was none. */
  part(fromMs: number, toMs: number): Part | undefined;
  /** Milliseconds since the start. */
  now(): number;
}

/** Answers arrive later than their request was due: the last seconds are still incomplete. */
const INCOMPLETE_MS = 1_000;
/** A percentile of the few requests of one second would be one of its slowest requests. */
export const WINDOW_SECONDS = 5;

export function createTimeline(clock: () => number = Date.now): Timeline {
  const start = clock();
  const answers: { readonly answer: Answer; readonly dueMs: number }[] = [];
  const visits: number[] = [];
  const now = () => clock() - start;
  const between = (fromMs: number, toMs: number) =>
    answers.filter(({ dueMs }) => dueMs >= fromMs && dueMs < toMs).map(({ answer }) => answer);
  return {
    answered: (answer, dueMs) => void answers.push({ answer, dueMs }),
    visit() {
      const second = Math.floor(now() / 1_000);
      visits[second] = (visits[second] ?? 0) + 1;
    },
    seconds: () =>
      Array.from({ length: Math.max(Math.floor((now() - INCOMPLETE_MS) / 1_000), 0) }, (_, second) => {
        const found = between((second + 1 - WINDOW_SECONDS) * 1_000, (second + 1) * 1_000);
        return { p95: found.length === 0 ? undefined : percentiles(found).p95, visits: visits[second] ?? 0 };
      }),
    part(fromMs, toMs) {
      const found = between(fromMs, toMs);
      if (found.length === 0) return undefined;
      const failed = found.filter(({ status }) => status !== 200).length;
      return { requests: found.length, failed, p95: percentiles(found).p95 };
    },
    now,
  };
}
