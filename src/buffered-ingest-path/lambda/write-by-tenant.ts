import type { Message } from './message';
import { type Outcome, type WriterDependencies, writeItems } from './write-items';

/** Sends one `BatchExecuteStatement`. */
export type Send = WriterDependencies['send'];

/** The dependencies of a writer whose own role has no permission to write: each call is made in one tenant's session. */
export interface TenantWriterDependencies extends Omit<WriterDependencies, 'send'> {
  /**
   * Opens the tenant's session and returns a sender that uses it. Rejects if the session cannot be opened within `timeout` milliseconds.
   */
  readonly sendAs: (tenant: string, timeout: number) => Promise<Send>;
}

/** Number of tenants whose messages are written at the same time, each with up to two concurrent calls. */
const TENANTS_AT_ONCE = 8;

/**
 * Inserts the items of messages, each tenant's in its own session, and returns one outcome for each message, in order. No two messages may
 * have the same key. Never rejects. If a tenant's session cannot be opened, only that tenant's messages fail.
 *
 * @param deadline when writing must end, in milliseconds since the epoch
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
    // Only the name: the message may contain ARNs of the account.
    const reason = error instanceof Error ? error.name : 'Unknown';
    return items.map(() => ({ errorCode: 'NoSession', reason }));
  }
  return writeItems(tableName, items, deadline, { ...dependencies, send });
}
