import type { Sandbox } from '../../../sandbox';
import type { BreakIn } from './break-in';
import type { Tally } from './tally';
import type { Wild } from './wild';

/** What the recess came to, where to look next, and what it could not show. */
export function report(sandbox: Sandbox, tally: Tally, items: number, { school, wild, others }: Wild, { own, denial }: BreakIn): string {
  const exceptions = sandbox.coverage.entries.flatMap(({ resource, exceptions }) =>
    exceptions.filter(({ support }) => support === 'AWS only').map(() => resource.type.split('::')[2]),
  );
  return [
    '',
    `${tally.accepted} requests accepted in ${tally.seconds} s: ${items} items written, ${tally.duplicates} repeats recognised, ${tally.deadLetters} dead letters.`,
    `${school} sent ${wild.sent} requests without a pause: ${wild.accepted} accepted, ${wild.throttled} throttled with 429 and Retry-After: ${wild.retryAfter}.`,
    `The other schools sent ${others.sent} meanwhile: ${others.accepted} accepted, ${others.throttled} throttled.`,
    `A session of one school read ${own} of its own visits; for another school's key DynamoDB answered`,
    `  ${denial}`,
    `Everything came from the synthesized template; every call was authorised against its policies.`,
    `Waits between tries passed ${sandbox.clock.speed} times faster than on AWS; calls, functions and the queue ran in real time.`,
    '',
    'Look next at',
    '  examples/school-platform/README.md      the system that ran',
    '  src/buffered-ingest-path/README.md      how a burst is buffered, and why so',
    '  npx projen sandbox <cdk.out>            your own app on this machine',
    '  npx projen prove ingest                 the same with killed functions and every documented error',
    '  npx projen prove bug                    a function with mistakes that reach for another school',
    '',
    "Only AWS can show: real latency and throughput, IAM's own evaluation, what fair queues do for the others' waiting time,",
    `and properties of ${[...new Set(exceptions)].join(', ')} that the coverage of a run names.`,
  ].join('\n');
}
