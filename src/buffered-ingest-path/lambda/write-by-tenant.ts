import type { Message } from './message';
import { type Outcome, type WriterDependencies, writeItems } from './write-items';

/** One `BatchExecuteStatement`, as `WriterDependencies.send`. */
export type Send = WriterDependencies['send'];

/** The dependencies of a writer that has no permission of its own: whoever sends does it in one tenant's session. */
export interface TenantWriterDependencies extends Omit<WriterDependencies, 'send'> {
  /** Sends in the session of a tenant; rejects when it can't be opened within the milliseconds given. */
  readonly sendAs: (tenant: string, timeout: number) => Promise<Send>;
}

/** Tenants whose messages are written at the same time; each has up to two calls under way. */
const TENANTS_AT_ONCE = 8;

/**
 * Inserts the items of messages that all have different keys, each tenant's in its own session, and answers what became of each, in their
 * order. Never rejects. A tenant whose session can't be opened fails alone.
 *
 * @param deadline when to have answered, in milliseconds since the epoch
 */
export async function writeByTenant(
  tableName: string,
  messages: readonly Message[],
  deadline: number,
  dependencies: TenantWriterDependencies,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = messages.map(() => ({ errorCode: 'OutOfTime' }));
  const byTenant = new Map<string, number[]>();
  messages.forEach(({ origin: { tenant } }, position) => {
    const positions = byTenant.get(tenant);
    if (positions === undefined) byTenant.set(tenant, [position]);
    else positions.push(position);
  });
  const waiting = byTenant.entries();
  const work = async () => {
    for (const [tenant, positions] of waiting) {
      const items = positions.map((position) => messages[position].item);
      const written = await writeAs(tenant, items, { tableName, deadline }, dependencies);
      positions.forEach((position, index) => {
        outcomes[position] = written[index];
      });
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, work));
  return outcomes;
}

async function writeAs(
  tenant: string,
  items: Parameters<typeof writeItems>[1],
  { tableName, deadline }: { tableName: string; deadline: number },
  { sendAs, ...dependencies }: TenantWriterDependencies,
): Promise<Outcome[]> {
  const timeLeft = deadline - dependencies.now();
  if (timeLeft <= 0) return items.map(() => ({ errorCode: 'OutOfTime' }));
  let send: Send;
  try {
    send = await sendAs(tenant, timeLeft);
  } catch (error) {
    // The name alone: the message may hold the ARNs of an account.
    const reason = error instanceof Error ? error.name : 'Unknown';
    return items.map(() => ({ errorCode: 'NoSession', reason }));
  }
  return writeItems(tableName, items, deadline, { ...dependencies, send });
}
