// The package's subpath `cdk-andamio/tenant-sessions`, for functions: nothing here may import the CDK or any other package.
export { type KeyValues, renderKey, renderKeyPrefix } from './key-template-render';
export * from './own-items';

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
  /** Maximum number of cached sessions. The least recently used one is dropped first. Defaults to 1,000. */
  readonly mostSessions?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** At least 0 and below 1. */
  readonly random?: () => number;
}

/** The limit for role chaining. Documented: "Roles terms and concepts", role chaining. */
const SESSION_SECONDS = 3_600;
/** Shares of a session's lifetime: a renewal starts after the first, plus a random part of the second. */
const RENEW_AFTER = 0.75;
const JITTER = 0.125;
/** Share of a session's lifetime after which it is no longer used, because a call takes time, too. */
const USABLE_SHARE = 0.98;
/** How long no other renewal starts after one that failed. */
const RETRY_PAUSE_MS = 5_000;

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
 */
export class TenantSessions {
  private readonly cached: Recent<CachedSession>;
  private readonly opening = new Map<string, Promise<TenantCredentials>>();
  private readonly now: () => number;
  private readonly random: () => number;

  constructor(private readonly options: TenantSessionsOptions) {
    this.cached = new Recent(options.mostSessions ?? 1_000);
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
  }

  /**
   * Returns the credentials of a tenant's session. Rejects an invalid tenant id, and with the error of STS if the session cannot be opened.
   */
  public async credentialsFor(tenant: string): Promise<TenantCredentials> {
    if (!isTenantId(tenant)) throw new TypeError(`a tenant's id must match ${TENANT_ID_PATTERN}`);
    const session = this.cached.get(tenant);
    const now = this.now();
    // The last condition covers a clock that was set back: the session would otherwise be used after its end.
    if (session === undefined || now >= session.until || now < session.since) return this.open(tenant);
    if (now >= session.refreshAt) {
      this.open(tenant).catch(() => {
        session.refreshAt = this.now() + RETRY_PAUSE_MS;
      });
    }
    return session.credentials;
  }

  /**
   * Drops a tenant's session, so that the next request opens a new one. Call it after a denial, because sessions can be revoked before they
   * expire.
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
    const answer = await this.options.assumeRole({
      RoleArn: this.options.roleArn,
      RoleSessionName: tenant,
      DurationSeconds: SESSION_SECONDS,
      Tags: [{ Key: this.options.tagKey, Value: tenant }],
    });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined || Expiration === undefined) {
      throw new Error('AssumeRole returned no credentials');
    }
    // Not frozen, because the SDK adds properties.
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
    const life = Math.min(SESSION_SECONDS * 1_000, Expiration.getTime() - since);
    this.cached.set(tenant, {
      credentials,
      since,
      until: since + life * USABLE_SHARE,
      refreshAt: since + life * (RENEW_AFTER + JITTER * this.random()),
    });
    return credentials;
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
   * @param mostClients maximum number of cached clients. The least recently used one is dropped first.
   */
  constructor(
    private readonly sessions: TenantSessions,
    private readonly create: (credentials: TenantCredentials) => Client,
    mostClients = 50,
  ) {
    this.cached = new Recent(mostClients);
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

/** A cache by tenant that keeps the most recently used values. */
class Recent<Value> {
  private readonly values = new Map<string, Value>();

  constructor(private readonly most: number) {
    if (!Number.isInteger(most) || most < 1) throw new TypeError(`invalid cache size ${most}: expected a positive integer`);
  }

  get(tenant: string): Value | undefined {
    const value = this.values.get(tenant);
    if (value !== undefined) this.set(tenant, value);
    return value;
  }

  set(tenant: string, value: Value): void {
    // A Map iterates in insertion order.
    this.values.delete(tenant);
    this.values.set(tenant, value);
    for (const oldest of this.values.keys()) {
      if (this.values.size <= this.most) return;
      this.values.delete(oldest);
    }
  }

  delete(tenant: string): void {
    this.values.delete(tenant);
  }
}
