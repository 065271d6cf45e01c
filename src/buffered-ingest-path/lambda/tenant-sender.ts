import type { TenantClients, TenantSessions } from '../../runtime/tenant-sessions';
import type { Send, TenantWriterDependencies } from './write-by-tenant';

/** What a session that was revoked, or has ended by another clock, is answered. Documented: "Error handling with DynamoDB". */
const DENIALS = new Set(['AccessDenied', 'AccessDeniedException', 'ExpiredTokenException', 'UnrecognizedClientException']);

/**
 * Sends in tenants' sessions. A session in which something was denied is not used for the next batch: the messages come again, and a new
 * session may be let in where a revoked one is not.
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

/** Others may wait for the same session, so that it is not ended by one of them. */
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
