import type { Sandbox } from '../sandbox/contracts';
import type { Tally } from './tally';

/** What the recess came to, where to look next, and what it could not show. */
export function report(sandbox: Sandbox, tally: Tally, items: number): string {
  const exceptions = sandbox.ledger.entries.flatMap(({ resource, exceptions }) =>
    exceptions.filter(({ standing }) => standing === 'needs AWS').map(({ property }) => `${resource.type.split('::')[2]}.${property}`),
  );
  return [
    '',
    `${tally.accepted} requests accepted in ${tally.seconds} s: ${items} items written, ${tally.duplicates} repeats recognised, ${tally.deadLetters} dead letters.`,
    `Everything came from the synthesized template; every call was authorised against its policies.`,
    `Waits between tries passed ${sandbox.clock.speed} times faster than on AWS; calls, functions and the queue ran in real time.`,
    '',
    'Look next at',
    '  examples/school-platform/README.md      the system that ran',
    '  src/buffered-ingest-path/README.md      how a burst is buffered, and why so',
    '  npx projen sandbox <cdk.out>            your own app on this machine',
    '  npx projen prove:ingest                 the same with killed functions and every documented error',
    '',
    "Only AWS can show: real latency and throughput, IAM's own evaluation, what fair queues do for the others' waiting time,",
    `and ${[...new Set(exceptions)].join(', ')}.`,
  ].join('\n');
}
