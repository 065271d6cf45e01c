/** How a message crashes the function that reads it: process exit, out of memory, or timeout. */
export type Death = 'exit' | 'memory' | 'loop';

/** One ingest path, and the messages that are sent to it. */
export interface KillerCase {
  /** The name of the ingest path in the app, and of its route. */
  readonly name: string;
  readonly death: Death;
  readonly killers: number;
  readonly isolation: 'pooled' | 'perTenant';
  /** How the template of the path is changed, for comparison. */
  readonly change?: 'no retry queue' | 'receive count starts again';
}

/** Including the crashing messages. */
export const MESSAGES = 50;

const DEATHS: readonly Death[] = ['exit', 'memory', 'loop'];

/** Cases that occupy a CPU come last: unlike functions on AWS, the paths share the CPUs of this machine. */
export const killerCases: readonly KillerCase[] = DEATHS.flatMap((death) =>
  [1, 5].flatMap((killers) =>
    (['pooled', 'perTenant'] as const).map((isolation) => ({ name: `${death}-${killers}-${isolation}`, death, killers, isolation })),
  ),
);

/** SQS may restart the receive count in the second queue. A message is then received once more than in the sandbox. */
export const countedAnew: KillerCase = {
  name: 'counted-anew',
  death: 'exit',
  killers: 5,
  isolation: 'pooled',
  change: 'receive count starts again',
};

/**
 * The path without its retry queue: five receives in batches. Healthy messages must become dead letters here, or the comparison shows
 * nothing.
 */
export const withoutRetryQueue: KillerCase = {
  name: 'without-retry-queue',
  death: 'exit',
  killers: 1,
  isolation: 'pooled',
  change: 'no retry queue',
};

/** Every second, one tenant sends a message that hangs, and another tenant a healthy one. */
export const flood = {
  name: 'flood',
  seconds: 60,
  /** Ten for both event sources together, the maximum for one function on this machine. */
  maxConcurrency: 5,
} as const;
