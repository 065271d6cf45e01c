import type { TenantRole } from '../tenancy';
import { PooledWriter } from './pooled-writer';
import { TenantWriter } from './tenant-writer';
import type { WriterVariant } from './writer-variant';

/** Which permissions the writer of an ingest path uses. */
export class WriterIsolation {
  /**
   * The writer inserts the items of all tenants under its own role, up to 25 in a call. The writer's code decides which tenant's keys an
   * item gets, from the tenant that API Gateway wrote into the message.
   */
  public static pooled(): WriterIsolation {
    return new WriterIsolation(new PooledWriter());
  }

  /**
   * The writer's own role has no access to the table. It opens a session for each tenant of a batch, in which IAM allows inserts only
   * under that tenant's keys. That needs more calls; the README has the numbers.
   *
   * @param role a role that only ingest paths use. If its sessions may do more than insert, synthesis fails, because the writer could do
   * the same.
   */
  public static perTenant(role: TenantRole): WriterIsolation {
    return new WriterIsolation(new TenantWriter(role));
  }

  private constructor(
    /** @internal */
    public readonly _variant: WriterVariant,
  ) {}
}
