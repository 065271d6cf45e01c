import { type Destination, type Message, type Origin, readMessage, type SqsRecord, type Unusable } from './message';
import { type Send, type TenantWriterDependencies, writeByTenant } from './write-by-tenant';
import { type Outcome, type WriterDependencies, writeItems } from './write-items';

/** The response to the event source mapping, which deletes all messages from the queue that are not named here. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export interface Failure {
  readonly origin: Origin;
  readonly errorCode: string;
  readonly reason?: string;
}

/** The result of a batch. */
export interface BatchResult {
  readonly messages: number;
  /** Items that this batch put into the table. */
  readonly written: number;
  /** Messages whose item already existed, or was written for another message of the batch. */
  readonly duplicates: number;
  readonly failures: readonly Failure[];
  /** Number of usable messages by tenant. */
  readonly tenants: Readonly<Record<string, number>>;
  /** Calls to DynamoDB. */
  readonly calls: number;
  /** From the first call to the last answer, in milliseconds. */
  readonly writeMilliseconds: number;
}

/**
 * Writes the messages of a batch. Messages with the same key become one item and share its outcome.
 *
 * @param deadline when writing must end, in milliseconds since the epoch
 * @param dependencies one sender for all tenants, or one sender for each tenant
 */
export async function processBatch(
  records: readonly SqsRecord[],
  destination: Destination,
  deadline: number,
  dependencies: WriterDependencies | TenantWriterDependencies,
): Promise<BatchResult> {
  const read = records.map((record) => readMessage(record, destination));
  const usable = read.filter((message): message is Message => 'item' in message);
  const unusable = read.filter((message): message is Unusable => 'errorCode' in message);

  // DynamoDB rejects a whole call that contains the same key twice.
  const byKey = new Map<string, Message[]>();
  for (const message of usable) {
    const group = byKey.get(message.key);
    if (group === undefined) byKey.set(message.key, [message]);
    else group.push(message);
  }
  const groups = [...byKey.values()];

  let calls = 0;
  const counted =
    (send: Send): Send =>
    (...call) => {
      calls += 1;
      return send(...call);
    };
  const { tableName } = destination;
  const leaders = groups.map(([leader]) => leader);
  const started = dependencies.now();
  const outcomes =
    'sendAs' in dependencies
      ? await writeByTenant(tableName, leaders, deadline, {
          ...dependencies,
          sendAs: async (...session) => counted(await dependencies.sendAs(...session)),
        })
      : await writeItems(
          tableName,
          leaders.map(({ item }) => item),
          deadline,
          { ...dependencies, send: counted(dependencies.send) },
        );
  const writeMilliseconds = dependencies.now() - started;

  const failures: Failure[] = [...unusable];
  let written = 0;
  let duplicates = 0;
  groups.forEach((group, index) => {
    const outcome: Outcome = outcomes[index];
    if (typeof outcome === 'object') failures.push(...group.map(({ origin }) => ({ origin, ...outcome })));
    else if (outcome === 'written') written += 1;
    if (typeof outcome === 'string') duplicates += group.length - (outcome === 'written' ? 1 : 0);
  });
  return { messages: records.length, written, duplicates, failures, tenants: countTenants(usable), calls, writeMilliseconds };
}

function countTenants(messages: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { origin } of messages) counts[origin.tenant] = (counts[origin.tenant] ?? 0) + 1;
  return counts;
}
