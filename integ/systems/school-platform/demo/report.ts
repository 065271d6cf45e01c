import type { Sandbox } from '../../../sandbox';
import type { BreakIn } from './break-in';
import { LIMIT_MS } from './chart';
import type { LakeAnswer } from './lake';
import { lakeLines } from './lake-lines';
import type { NoisyNeighbour } from './noisy-neighbour';
import { type QuarterAnswer, quarterLines } from './quarter-lines';
import type { Tally } from './tally';
import type { Part } from './timeline';

/** What the demo measured. */
export interface Findings {
  readonly recess: Tally;
  /** When the visits arrived, in milliseconds from the start of the lessons. */
  readonly visits: { readonly fromMs: number; readonly toMs: number };
  /** The visits in the table. */
  readonly items: number;
  /** The teachers' requests before, during and after the visits. */
  readonly grades: Readonly<Record<'before' | 'during' | 'after', Part | undefined>>;
  readonly noisy: NoisyNeighbour;
  readonly attempt: BreakIn;
  readonly lake: LakeAnswer;
  readonly quarter: QuarterAnswer;
  /** Of the clock, until the quarter ended. */
  readonly speed: number;
}

/** The result of the recess, where to look next, and what only AWS can show. */
export function report(sandbox: Sandbox, findings: Findings): string {
  const { recess: tally, visits, items, grades, noisy: neighbour, attempt, lake, quarter, speed } = findings;
  const { school, noisy, others } = neighbour;
  const { own, denial } = attempt;
  const exceptions = sandbox.coverage.entries.flatMap(({ resource, exceptions }) =>
    exceptions.filter(({ support }) => support === 'AWS only').map(() => resource.type.split('::')[2]),
  );
  return [
    '',
    `${tally.accepted} requests accepted in ${tally.seconds} s: ${items} items written, ${tally.duplicates} duplicates detected, ${tally.deadLetters} dead letters.`,
    gradesLine(grades, Math.round((visits.toMs - visits.fromMs) / 1_000)),
    `${school} sent ${noisy.sent} requests without a pause: ${noisy.accepted} accepted, ${noisy.throttled} throttled with 429 and Retry-After: ${noisy.retryAfter}.`,
    `Meanwhile, the other schools sent ${others.sent}: ${others.accepted} accepted, ${others.throttled} throttled.`,
    `A session of one school read ${own} of its own visits. For another school's key, DynamoDB answered:`,
    `  ${denial}`,
    '',
    ...lakeLines(lake),
    '',
    ...quarterLines(quarter),
    '',
    `Everything ran from the synthesized template, and every call was authorized against its policies.`,
    'On AWS, the two paths share the API and the table. On this machine, they share its processors, too: the lake caught up after the lessons.',
    `Until the quarter ended, retry delays passed ${speed} times faster than on AWS. Calls, functions and the queue ran in real time.`,
    '',
    'Next steps',
    '  examples/school-platform/README.md      the system that ran',
    '  src/buffered-ingest-path/README.md      how a burst is buffered, and why',
    '  src/streaming-data-lake/README.md       how changes become files of a lake',
    '  src/resilient-gov-sync/README.md        how each report arrives once, and why',
    '  npx projen sandbox <cdk.out>            your own app on this machine',
    '  npx projen prove ingest                 the same, with killed functions and every documented error',
    '  npx projen prove gov-sync               the same quarter of 400 schools, at 50 such APIs in three modes',
    '  npx projen prove bug                    functions with bugs that try to reach data of another school',
    '',
    "Only AWS can show real latency and throughput, IAM's own evaluation, the effect of fair queues on the other schools' waiting time,",
    `and properties of ${[...new Set(exceptions)].join(', ')} that the coverage report lists.`,
  ].join('\n');
}

/** Compares the teachers' requests with those before the recess. */
export function gradesLine({ before, during, after }: Findings['grades'], seconds: number): string {
  const parts = [before, during, after].filter((part) => part !== undefined);
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const p95 = (part: Part | undefined) => (part === undefined ? 'not measured' : `${Math.round(part.p95)} ms`);
  return [
    `Teachers registered ${sum(({ requests, failed }) => requests - failed)} grades, ${sum(({ failed }) => failed)} requests failed.`,
    `Their p95: ${p95(before)} before the visits, ${p95(during)} during the ${seconds} s of visits, ${p95(after)} after them.`,
    limitLine(during),
  ].join('\n');
}

function limitLine(during: Part | undefined): string {
  const limit = `the limit of ${LIMIT_MS} ms for their p95`;
  if (during === undefined) return `No teacher's request was measured during the visits: nothing shows ${limit}.`;
  const reason = during.failed > 0 ? `${during.failed} requests failed` : 'other programs on this machine count too';
  const kept = during.p95 <= LIMIT_MS && during.failed === 0;
  return kept ? `During the visits, ${limit} was kept.` : `During the visits, ${limit} was NOT kept: ${reason}.`;
}
