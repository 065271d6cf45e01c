import { type Destination, type Message, type Origin, readMessage, type SqsRecord, type Unusable } from './message';
import type { Decision, TenantStates } from './tenant-states';
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

/** One sender for all tenants, or one for each tenant; and the states of tenants, if messages of those that have left are discarded. */
export type BatchDependencies = (WriterDependencies | TenantWriterDependencies) & { readonly tenants?: TenantStates };

/** The result of a batch. */
export interface BatchResult {
  readonly messages: number;
  /** Items that this batch put into the table. */
  readonly written: number;
  /** Messages whose item already existed, or was written for another message of the batch. */
  readonly duplicates: number;
  readonly failures: readonly Failure[];
  /** Messages of tenants that have left, which are deleted without being stored. Undefined without a directory. */
  readonly discarded?: readonly Origin[];
  /** Number of messages by tenant, without unusable and discarded ones. */
  readonly tenants: Readonly<Record<string, number>>;
  /** Calls to DynamoDB that write. */
  readonly calls: number;
  /** Calls to DynamoDB that read the directory. Undefined without a directory. */
  readonly reads?: number;
  /** From the first call to the last answer, in milliseconds. */
  readonly writeMilliseconds: number;
}

/**
 * Writes the messages of a batch. Messages with the same key become one item and share its outcome.
 *
 * @param deadline when writing must end, in milliseconds since the epoch
 * @param dependencies one sender for all tenants, or one sender for each tenant; and the states of tenants, if there is a directory
 */
export async function processBatch(
  records: readonly SqsRecord[],
  destination: Destination,
  deadline: number,
  dependencies: BatchDependencies,
): Promise<BatchResult> {
  const read = records.map((record) => readMessage(record, destination));
  const unusable = read.filter((message): message is Unusable => 'errorCode' in message);
  const { usable, undecided, ...decided } = await decide(
    read.filter((message): message is Message => 'item' in message),
    deadline,
    dependencies,
  );

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

  const failures: Failure[] = [...unusable, ...undecided];
  let written = 0;
  let duplicates = 0;
  groups.forEach((group, index) => {
    const outcome: Outcome = outcomes[index];
    if (typeof outcome === 'object') failures.push(...group.map(({ origin }) => ({ origin, ...outcome })));
    else if (outcome === 'written') written += 1;
    if (typeof outcome === 'string') duplicates += group.length - (outcome === 'written' ? 1 : 0);
  });
  return { messages: records.length, written, duplicates, failures, ...decided, tenants: countTenants(usable), calls, writeMilliseconds };
}

/** Messages of a batch by what the directory says about their tenants. */
interface Decided {
  readonly usable: readonly Message[];
  readonly undecided: readonly Failure[];
  readonly discarded?: readonly Origin[];
  readonly reads?: number;
}

async function decide(messages: readonly Message[], deadline: number, { tenants, now }: BatchDependencies): Promise<Decided> {
  if (tenants === undefined) return { usable: messages, undecided: [] };
  // Half of the time: messages whose tenants are known are stored even if other records cannot be read.
  // A whole number, because `AbortSignal.timeout` accepts nothing else.
  const readUntil = now() + Math.floor((deadline - now()) / 2);
  const decisions = await tenants.decide(new Set(messages.map(({ origin }) => origin.tenant)), readUntil);
  const decisionOn = ({ origin }: Message): Decision | undefined => decisions.of.get(origin.tenant);
  return {
    usable: messages.filter((message) => decisionOn(message) === 'store'),
    undecided: messages.flatMap((message) => {
      const decision = decisionOn(message);
      return typeof decision === 'object' ? [{ origin: message.origin, ...decision }] : [];
    }),
    discarded: messages.filter((message) => decisionOn(message) === 'discard').map(({ origin }) => origin),
    reads: decisions.calls,
  };
}

function countTenants(messages: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { origin } of messages) counts[origin.tenant] = (counts[origin.tenant] ?? 0) + 1;
  return counts;
}
