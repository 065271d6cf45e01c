/** How a message ends the function that reads it: its process, its memory, its time. */
export type Death = 'exit' | 'memory' | 'loop';

/** One ingest path, and what is sent to it. */
export interface KillerCase {
  /** Of the path in the app, and of its route. */
  readonly name: string;
  readonly death: Death;
  readonly killers: number;
  readonly isolation: 'pooled' | 'perTenant';
  /** What the path in the template is changed to, for comparison. */
  readonly change?: 'no retry queue' | 'receives counted anew';
}

/** Killers included. */
export const MESSAGES = 50;

const DEATHS: readonly Death[] = ['exit', 'memory', 'loop'];

/** Those that hold a processor come last: the paths share the processors of this machine, as functions on AWS do not. */
export const killerCases: readonly KillerCase[] = DEATHS.flatMap((death) =>
  [1, 5].flatMap((killers) =>
    (['pooled', 'perTenant'] as const).map((isolation) => ({ name: `${death}-${killers}-${isolation}`, death, killers, isolation })),
  ),
);

/** SQS may begin to count receives anew in the second queue: then a message is received once more than the sandbox has it. */
export const countedAnew: KillerCase = {
  name: 'counted-anew',
  death: 'exit',
  killers: 5,
  isolation: 'pooled',
  change: 'receives counted anew',
};

/** As the path was without its retry queue: five receives in batches. Here innocent messages must die, or nothing was shown. */
export const withoutRetryQueue: KillerCase = {
  name: 'without-retry-queue',
  death: 'exit',
  killers: 1,
  isolation: 'pooled',
  change: 'no retry queue',
};

/** One tenant sends a hanging message every second, and another one an innocent one. */
export const flood = {
  name: 'flood',
  seconds: 60,
  /** Of both event sources together ten, which is what this machine runs at a time for one function. */
  maxConcurrency: 5,
} as const;
