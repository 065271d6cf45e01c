import type { TenantRole } from '../tenancy';
import { PooledWriter } from './pooled-writer';
import { TenantWriter } from './tenant-writer';
import type { WriterVariant } from './writer-variant';

/** Under whose permission the messages of a batch are written. */
export class WriterIsolation {
  /**
   * The writer inserts for all tenants: 25 messages in a call, of any tenants. Which tenant's keys an item gets is decided by the
   * writer's code, which reads the tenant from what API Gateway wrote.
   */
  public static pooled(): WriterIsolation {
    return new WriterIsolation(new PooledWriter());
  }

  /**
   * The writer has no permission on the table. It opens a session for each tenant of a batch, in which IAM lets it insert under that
   * tenant's keys and under no other's. That costs calls; the README says how many.
   *
   * @param role a role of the path's own, or of several paths: one whose sessions may do more than insert, whatever grants it, is an error at synthesis,
   * because the writer could do all of it
   */
  public static perTenant(role: TenantRole): WriterIsolation {
    return new WriterIsolation(new TenantWriter(role));
  }

  private constructor(
    /** @internal */
    public readonly _variant: WriterVariant,
  ) {}
}
