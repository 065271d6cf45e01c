// The package's subpath `cdk-andamio/tenant-sessions`, for functions: nothing here may import the CDK or any other package.
export { type KeyValues, renderKey, renderKeyPrefix } from './key-template-render';
export * from './own-items';
export * from './tenant-activity';
export { addCorrelationIds } from './user-agent';

import { Recent } from './recent';
import { type TenantIsActive, TenantNotActive } from './tenant-activity';
import { isTenantId, TENANT_ID_PATTERN } from './tenant-id';

/** The input of `AssumeRoleCommand`. */
export interface AssumeRoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds: number;
  readonly Tags: { Key: string; Value: string }[];
}

/** The `Credentials` in the output of `AssumeRoleCommand`. */
export interface AssumedCredentials {
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly SessionToken?: string;
  readonly Expiration?: Date;
}

/** Credentials of one tenant's session, in the form that SDK clients accept. */
export interface TenantCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Options of `TenantSessions`. */
export interface TenantSessionsOptions {
  /** ARN of the TenantRole's role. */
  readonly roleArn: string;
  /** Key of the session tag: the tenancy's noun, `school`. */
  readonly tagKey: string;
  /**
   * Opens a session: `async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials`. Set a timeout on the client, because
   * every caller that needs the session waits for this call.
   */
  readonly assumeRole: (input: AssumeRoleInput) => Promise<AssumedCredentials | undefined>;
  /**
   * Returns whether a tenant is active: `activeInDirectory(tableName, …)`, or `treatEveryTenantAsActive` for a platform without a directory.
   * Called before each session is opened, and not for requests with an open one.
   */
  readonly tenantIsActive: TenantIsActive;
  /**
   * How long a session lasts: 900 to 3,600 seconds. Sessions that nothing ends live on so long after a tenant has been suspended.
   * Defaults to 3,600.
   */
  readonly sessionSeconds?: number;
  /**
   * Maximum number of cached sessions, about 2 KB each. Of two that are chosen at random, the one that was not used for longer is dropped.
   * Defaults to 1,000.
   */
  readonly mostSessions?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** At least 0 and below 1. */
  readonly random?: () => number;
}

/** The shortest session of STS, and the longest one of role chaining. Documented: "AssumeRole", and "Roles terms and concepts". */
const SHORTEST_SESSION_SECONDS = 900;
const LONGEST_SESSION_SECONDS = 3_600;
/**
 * If a session takes longer to open, the tenant is checked again. A suspension ends all sessions that are opened up to five minutes after
 * it (`MARGIN_MS` of ended-sessions.ts); without a limit, a function could be frozen for longer between the check and the opening.
 */
const CHECK_VALID_MS = 60_000;
/** Shares of a session's lifetime: a renewal starts after the first, plus a random part of the second. */
const RENEW_AFTER = 0.75;
const JITTER = 0.125;
/** Share of a session's lifetime after which it is no longer used, because a call takes time, too. */
const USABLE_SHARE = 0.98;
/** How long no other renewal of a session starts after one that failed. */
const RETRY_PAUSE_MS = 5_000;
/**
 * How long no session is opened after STS has throttled: the first, doubled with each throttled call up to the longest, and each shortened by
 * up to a half at random.
 */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;
/** Documented: "Common errors" of the AWS STS API reference, and the names that SDKs treat as throttling. */
const THROTTLES = ['Throttling', 'ThrottlingException', 'ThrottledException', 'RequestLimitExceeded', 'TooManyRequestsException'];

interface CachedSession {
  readonly credentials: TenantCredentials;
  readonly since: number;
  readonly until: number;
  refreshAt: number;
}

/**
 * Opens and caches sessions of one role, one for each tenant.
 *
 * Concurrent requests for a tenant share one `AssumeRole` call. If it fails, it fails for all of them, and the failure is not cached. After
 * three quarters of a session's lifetime, the next one is opened in the background; jitter spreads the renewals.
 *
 * If STS throttles, no session of any tenant is opened for a pause, and then one, to see whether STS accepts calls again. Until then,
 * requests without an open session fail with the error of STS, so that they can be retried later, without another call.
 */
export class TenantSessions {
  private readonly cached: Recent<CachedSession>;
  private readonly opening = new Map<string, Promise<TenantCredentials>>();
  private readonly backOff: BackOff;
  private readonly now: () => number;
  private readonly random: () => number;
  private readonly sessionSeconds: number;

  constructor(private readonly options: TenantSessionsOptions) {
    const { sessionSeconds = LONGEST_SESSION_SECONDS } = options;
    if (!Number.isInteger(sessionSeconds) || sessionSeconds < SHORTEST_SESSION_SECONDS || sessionSeconds > LONGEST_SESSION_SECONDS) {
      throw new TypeError(
        `invalid sessionSeconds ${sessionSeconds}: expected an integer between ${SHORTEST_SESSION_SECONDS} and ${LONGEST_SESSION_SECONDS}`,
      );
    }
    this.sessionSeconds = sessionSeconds;
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
    this.cached = new Recent(options.mostSessions ?? 1_000, this.random);
    this.backOff = new BackOff(this.now, this.random);
  }

  /**
   * Returns the credentials of a tenant's session. Rejects an invalid tenant id; with `TenantNotActive` if the tenant is not active; and
   * with the error of `tenantIsActive` or of STS if the session cannot be opened.
   */
  public async credentialsFor(tenant: string): Promise<TenantCredentials> {
    if (!isTenantId(tenant)) throw new TypeError(`a tenant's id must match ${TENANT_ID_PATTERN}`);
    const session = this.cached.get(tenant);
    const now = this.now();
    // The last condition covers a clock that was set back: the session would otherwise be used after its end.
    if (session === undefined || now >= session.until || now < session.since) return this.open(tenant);
    if (now >= session.refreshAt) {
      this.open(tenant).catch((error: unknown) => {
        if (error instanceof TenantNotActive) this.forget(tenant);
        else session.refreshAt = this.now() + RETRY_PAUSE_MS;
      });
    }
    return session.credentials;
  }

  /**
   * Drops a tenant's session, so that the next request opens a new one, or rejects with `TenantNotActive`. Call it after a denial: a
   * suspension ends open sessions before they expire, and when the tenant is resumed, a new session may succeed.
   */
  public forget(tenant: string): void {
    this.cached.delete(tenant);
  }

  private open(tenant: string): Promise<TenantCredentials> {
    const underWay = this.opening.get(tenant);
    if (underWay !== undefined) return underWay;
    const opening = this.assume(tenant).finally(() => this.opening.delete(tenant));
    this.opening.set(tenant, opening);
    return opening;
  }

  private async assume(tenant: string): Promise<TenantCredentials> {
    const since = this.now();
    const answer = await this.backOff.call(
      () => this.check(tenant),
      () =>
        this.options.assumeRole({
          RoleArn: this.options.roleArn,
          RoleSessionName: tenant,
          DurationSeconds: this.sessionSeconds,
          Tags: [{ Key: this.options.tagKey, Value: tenant }],
        }),
    );
    const took = this.now() - since;
    // The second condition covers a clock that was set back.
    if (took > CHECK_VALID_MS || took < 0) await this.check(tenant);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined || Expiration === undefined) {
      throw new Error('AssumeRole returned no credentials');
    }
    // Not frozen, because the SDK adds properties.
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
    const life = Math.min(this.sessionSeconds * 1_000, Expiration.getTime() - since);
    this.cached.set(tenant, {
      credentials,
      since,
      until: since + life * USABLE_SHARE,
      refreshAt: since + life * (RENEW_AFTER + JITTER * this.random()),
    });
    return credentials;
  }

  private async check(tenant: string): Promise<void> {
    if (!(await this.options.tenantIsActive(tenant))) throw new TenantNotActive(tenant);
  }
}

/**
 * Creates and caches clients of one service, one for each tenant's session. One client for all tenants would be unsafe: an SDK client
 * caches the first credentials that it gets, even from a provider function, and would sign one tenant's calls with another tenant's
 * credentials.
 *
 * Only a few clients are cached, because the SDK creates one in a fraction of a millisecond. All can share one `requestHandler` with its
 * connections. Clients are therefore never destroyed, because that would close the handler for all.
 */
export class TenantClients<Client> {
  private readonly cached: Recent<{ readonly credentials: TenantCredentials; readonly client: Client }>;

  /**
   * @param create `(credentials) => new DynamoDBClient({ credentials, requestHandler })`
   * @param mostClients maximum number of cached clients; which is dropped, see `mostSessions`
   */
  constructor(
    private readonly sessions: TenantSessions,
    private readonly create: (credentials: TenantCredentials) => Client,
    mostClients = 50,
  ) {
    this.cached = new Recent(mostClients, Math.random);
  }

  /** Returns a client with the credentials of a tenant's session. Rejects as `credentialsFor` does. */
  public async clientFor(tenant: string): Promise<Client> {
    const credentials = await this.sessions.credentialsFor(tenant);
    const cached = this.cached.get(tenant);
    if (cached?.credentials === credentials) return cached.client;
    const client = this.create(credentials);
    this.cached.set(tenant, { credentials, client });
    return client;
  }
}

/** The pause of all calls after STS has throttled one. */
class BackOff {
  private error: unknown;
  private throttled = 0;
  private until = 0;
  private pausedAt = 0;
  /** Whether the one call after a pause has no response yet. */
  private probing = false;

  constructor(
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  /** @param before a call of another service, which is not made during a pause */
  async call<T>(before: () => Promise<void>, act: () => Promise<T>): Promise<T> {
    const probes = this.throttled > 0;
    if (probes && (this.probing || this.isPaused())) throw this.error;
    this.probing = probes;
    try {
      await before();
      return await this.act(act, probes);
    } finally {
      if (probes) this.probing = false;
    }
  }

  private async act<T>(act: () => Promise<T>, probes: boolean): Promise<T> {
    try {
      const result = await act();
      if (probes) this.throttled = 0;
      return result;
    } catch (error) {
      if (THROTTLES.includes((error as { readonly name?: string } | undefined)?.name ?? '')) this.pause(error);
      // Any other error is an answer of STS, too.
      else if (probes) this.throttled = 0;
      throw error;
    }
  }

  private isPaused(): boolean {
    const now = this.now();
    // The last condition covers a clock that was set back.
    return now < this.until && now >= this.pausedAt;
  }

  private pause(error: unknown): void {
    // Calls that were under way when the pause began do not prolong it.
    if (this.throttled > 0 && this.isPaused()) return;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.throttled);
    this.error = error;
    this.throttled++;
    this.pausedAt = this.now();
    this.until = this.pausedAt + longest * (1 - this.random() / 2);
  }
}
