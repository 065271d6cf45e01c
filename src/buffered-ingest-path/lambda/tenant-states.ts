import { Recent } from '../../runtime/recent';
import type { TenantRecord } from '../../runtime/tenant-record';
import { CALL_TIMEOUT_MS, errorCode, isTransientCall, MIN_CALL_TIME_MS, type Pace, pause } from './retry';

/** The part of a tenant's record on which it depends what happens to the tenant's messages. */
export type TenantStatus = Pick<TenantRecord, 'tenant' | 'state' | 'accessEndedAt'>;

/** The response to one read of several records. */
export interface StatusPage {
  readonly found: readonly TenantStatus[];
  /** Tenants whose records were not read, for example because the call was throttled. */
  readonly unprocessed: readonly string[];
}

/** External dependencies, replaced in tests. */
export interface TenantStatesDependencies extends Pace {
  /**
   * Reads the records of up to 100 tenants, consistently. Rejects if the whole call fails, or takes longer than `timeout` milliseconds.
   */
  readonly read: (tenants: readonly string[], timeout: number) => Promise<StatusPage>;
}

/** What happens to the messages of a tenant: they are stored, deleted without being stored, or they fail and are received again. */
export type Decision = 'store' | 'discard' | { readonly errorCode: string; readonly reason?: string };

/** The decisions for the tenants of a batch. */
export interface Decisions {
  readonly of: ReadonlyMap<string, Decision>;
  /** Calls to DynamoDB. */
  readonly calls: number;
}

/** Documented: "BatchGetItem", Keys. */
const TENANTS_PER_CALL = 100;
const CONCURRENT_CALLS = 2;
/** Without a cache, all concurrent batches of one busy tenant would read the same record, whose partition has a limit. */
export const CACHE_MS = 10_000;
const CACHED_TENANTS = 10_000;
/**
 * How long messages are still stored after a tenant's access ended. A record becomes `departed` 65 minutes after that, so a batch that has
 * read an earlier state, or has it cached, has ended by then: no message is stored after a tenant's departure.
 */
export const STORED_FOR_MS = 30 * 60_000;

/** Decides by the records of tenants in the directory whether their messages are stored. */
export class TenantStates {
  private readonly cached: Recent<{ readonly status: TenantStatus; readonly since: number }>;

  constructor(private readonly dependencies: TenantStatesDependencies) {
    this.cached = new Recent(CACHED_TENANTS, dependencies.random);
  }

  /**
   * Returns a decision for each tenant. Never rejects: if a record cannot be read, only that tenant's messages fail.
   *
   * @param deadline when reading must end, in milliseconds since the epoch
   */
  public async decide(tenants: ReadonlySet<string>, deadline: number): Promise<Decisions> {
    const { now } = this.dependencies;
    const decisions = new Map<string, Decision>();
    const unread: string[] = [];
    for (const tenant of tenants) {
      const status = this.fresh(tenant);
      if (status === undefined) unread.push(tenant);
      else decisions.set(tenant, decisionOn(status, now()));
    }
    let calls = 0;
    const chunks = Array.from({ length: Math.ceil(unread.length / TENANTS_PER_CALL) }, (_, chunk) =>
      unread.slice(chunk * TENANTS_PER_CALL, (chunk + 1) * TENANTS_PER_CALL),
    ).values();
    const work = async () => {
      for (const chunk of chunks) {
        const made = await this.readChunk(chunk, deadline, decisions);
        calls += made;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_CALLS }, work));
    return { of: decisions, calls };
  }

  private fresh(tenant: string): TenantStatus | undefined {
    const entry = this.cached.get(tenant);
    const now = this.dependencies.now();
    // The last condition covers a clock that was set back.
    return entry !== undefined && now < entry.since + CACHE_MS && now >= entry.since ? entry.status : undefined;
  }

  /** @returns the number of calls */
  private async readChunk(chunk: readonly string[], deadline: number, decisions: Map<string, Decision>): Promise<number> {
    const { read, now } = this.dependencies;
    const settle = (tenants: readonly string[], decision: Decision) => {
      for (const tenant of tenants) decisions.set(tenant, decision);
    };
    let pending = chunk;
    settle(pending, { errorCode: 'DirectoryUnavailable', reason: 'OutOfTime' });
    for (let attempt = 0; ; attempt++) {
      const since = now();
      if (deadline - since < MIN_CALL_TIME_MS) return attempt;
      try {
        const { found, unprocessed } = await read(pending, Math.min(CALL_TIMEOUT_MS, deadline - since));
        settle(pending, { errorCode: 'UnknownTenant', reason: 'the directory has no record of the tenant' });
        for (const status of found) {
          this.cached.set(status.tenant, { status, since });
          decisions.set(status.tenant, decisionOn(status, now()));
        }
        pending = unprocessed;
        settle(pending, { errorCode: 'DirectoryUnavailable', reason: 'UnprocessedKeys' });
      } catch (error) {
        settle(pending, { errorCode: 'DirectoryUnavailable', reason: errorCode(error) });
        if (!isTransientCall(error)) return attempt + 1;
      }
      if (pending.length === 0 || !(await pause(attempt, deadline, this.dependencies))) return attempt + 1;
    }
  }
}

function decisionOn({ state, accessEndedAt }: TenantStatus, now: number): Decision {
  switch (state) {
    case 'onboarding':
    case 'active':
    case 'suspended':
      return 'store';
    case 'offboarding':
      return accessEndedAt !== undefined && now - Date.parse(accessEndedAt) > STORED_FOR_MS ? 'discard' : 'store';
    case 'departed':
      return 'discard';
    default:
      return { errorCode: 'UnknownTenant', reason: 'the state of the tenant is unknown' };
  }
}
