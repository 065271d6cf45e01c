import { type Buffered, type Buffering, buffered } from './buffers';
import { schoolDay } from './school-day';

export const MANY = 4_000;
const SEED = 12;
const INTERVAL_MINUTES = [1, 2, 5, 10, 15];
/** Firehose takes up to 1.5 intervals with dynamic partitioning. Documented: "Buffer data for dynamic partitioning". */
const SLOWEST = 1.5;
/** The quota of active partitions of a delivery stream, and what it can be raised to. Documented: "Amazon Data Firehose quota". */
const QUOTA = 500;
export const SCHOOL_DAYS_PER_MONTH = 20;

/** What one delivery stream does for many schools at a buffer interval. */
export interface ManySchools {
  readonly minutes: number;
  readonly changes: number;
  /** The most active partitions, if Firehose delivers at the end of the interval, and if it takes half as long again. */
  readonly active: number;
  readonly activeAtMost: number;
  /** The share of the records that are put into quarantine with the quota of 500. */
  readonly beyondQuota: number;
  readonly filesPerMonth: number;
  readonly filesPerMonthOfAll: number;
}

/** Simulates a school day of 4,000 schools for each buffer interval. The day is the same in each run. */
export function manySchools(schools = MANY): ManySchools[] {
  const day = schoolDay(schools, SEED);
  const changes = day.times.length;
  const run = (minutes: number, settings: Partial<Buffering> = {}): Buffered =>
    buffered(day, { intervalSeconds: minutes * 60, layout: 'perTenant', quota: Number.POSITIVE_INFINITY, ...settings });
  return INTERVAL_MINUTES.map((minutes) => {
    const { active, files } = run(minutes);
    return {
      ...{ minutes, changes, active },
      activeAtMost: run(minutes * SLOWEST).active,
      beyondQuota: run(minutes * SLOWEST, { quota: QUOTA }).beyond / changes,
      filesPerMonth: files * SCHOOL_DAYS_PER_MONTH,
      filesPerMonthOfAll: run(minutes, { layout: 'perMonth' }).files * SCHOOL_DAYS_PER_MONTH,
    };
  });
}
