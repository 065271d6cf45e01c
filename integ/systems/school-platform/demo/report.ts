import type { Sandbox } from '../../../sandbox';
import type { BreakIn } from './break-in';
import type { NoisyNeighbour } from './noisy-neighbour';
import type { Tally } from './tally';

/** The result of the recess, where to look next, and what only AWS can show. */
export function report(
  sandbox: Sandbox,
  tally: Tally,
  items: number,
  { school, noisy, others }: NoisyNeighbour,
  { own, denial }: BreakIn,
): string {
  const exceptions = sandbox.coverage.entries.flatMap(({ resource, exceptions }) =>
    exceptions.filter(({ support }) => support === 'AWS only').map(() => resource.type.split('::')[2]),
  );
  return [
    '',
    `${tally.accepted} requests accepted in ${tally.seconds} s: ${items} items written, ${tally.duplicates} duplicates detected, ${tally.deadLetters} dead letters.`,
    `${school} sent ${noisy.sent} requests without a pause: ${noisy.accepted} accepted, ${noisy.throttled} throttled with 429 and Retry-After: ${noisy.retryAfter}.`,
    `Meanwhile, the other schools sent ${others.sent}: ${others.accepted} accepted, ${others.throttled} throttled.`,
    `A session of one school read ${own} of its own visits. For another school's key, DynamoDB answered:`,
    `  ${denial}`,
    `Everything ran from the synthesized template, and every call was authorized against its policies.`,
    `Retry delays passed ${sandbox.clock.speed} times faster than on AWS. Calls, functions and the queue ran in real time.`,
    '',
    'Next steps',
    '  examples/school-platform/README.md      the system that ran',
    '  src/buffered-ingest-path/README.md      how a burst is buffered, and why',
    '  npx projen sandbox <cdk.out>            your own app on this machine',
    '  npx projen prove ingest                 the same, with killed functions and every documented error',
    '  npx projen prove bug                    functions with bugs that try to reach data of another school',
    '',
    "Only AWS can show real latency and throughput, IAM's own evaluation, the effect of fair queues on the other schools' waiting time,",
    `and properties of ${[...new Set(exceptions)].join(', ')} that the coverage report lists.`,
  ].join('\n');
}
