import type { TenantClients, TenantSessions } from '../../runtime/tenant-sessions';
import type { Send, TenantWriterDependencies } from './write-by-tenant';

/** Errors of a session that was revoked or has expired by DynamoDB's clock. Documented: "Error handling with DynamoDB". */
const DENIALS = new Set(['AccessDenied', 'AccessDeniedException', 'ExpiredTokenException', 'UnrecognizedClientException']);

/**
 * Sends each tenant's statements in that tenant's session. After a denial, the session is dropped: the messages are retried, and a new
 * session may succeed where a revoked one does not.
 */
export function tenantSender<Client>(
  sessions: TenantSessions,
  clients: TenantClients<Client>,
  sendWith: (client: Client) => Send,
): TenantWriterDependencies['sendAs'] {
  return async (tenant, timeout) => {
    const send = sendWith(await within(timeout, clients.clientFor(tenant)));
    return async (...call) => {
      try {
        const answers = await send(...call);
        if (answers.some(({ Error: denied }) => DENIALS.has(denied?.Code ?? ''))) sessions.forget(tenant);
        return answers;
      } catch (error) {
        if (DENIALS.has((error as Error).name)) sessions.forget(tenant);
        throw error;
      }
    };
  };
}

/** Stops waiting, but does not cancel the work: others may wait for the same session. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('took too long'), { name: 'TimeoutError' })), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
