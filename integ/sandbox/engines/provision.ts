import type { Assembly, Clock, Engines } from '../contracts';
import { provisionBuckets } from './provision-buckets';
import { provisionQueues } from './provision-queues';
import { provisionSecrets } from './provision-secrets';
import { provisionTables } from './provision-tables';

/**
 * Makes the tables, queues, buckets and secrets of the assembly in the engines, under the names that the assembly says, and records the ARNs of the
 * tables' streams with `setAttribute`. Spans of time of a queue last as long as the clock says.
 *
 * @throws EngineError that names the resource and the property, for what an engine cannot be
 */
export async function provision(assembly: Assembly, engines: Engines, clock: Clock): Promise<void> {
  await Promise.all([
    provisionTables(assembly, engines),
    provisionQueues(assembly, engines, clock),
    provisionBuckets(assembly, engines),
    provisionSecrets(assembly, engines),
  ]);
}
