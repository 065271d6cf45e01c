// The package's subpath `cdk-andamio/tenant-sessions`, for code that runs: nothing here may load the CDK, or anything else.
export { type KeyValues, renderKey, renderKeyPrefix } from './key-template-render';
export * from './own-items';

import { isTenantId, TENANT_ID_PATTERN } from './tenant-id';

/** What `AssumeRole` is asked for: the input of `AssumeRoleCommand` as it is. */
export interface AssumeRoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds: number;
  readonly Tags: { Key: string; Value: string }[];
}

/** What it answers: the `Credentials` of its output as they are. */
export interface AssumedCredentials {
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly SessionToken?: string;
  readonly Expiration?: Date;
}

/** Credentials of one tenant's session, as clients of the SDK take them. */
export interface TenantCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What the sessions of a platform need. */
export interface TenantSessionsOptions {
  /** ARN of the TenantRole's role. */
  readonly roleArn: string;
  /** Key of the session tag: the tenancy's noun, `school`. */
  readonly tagKey: string;
  /** `async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials`. Give it a timeout: all who wait for the session wait for it. */
  readonly assumeRole: (input: AssumeRoleInput) => Promise<AssumedCredentials | undefined>;
  /** How many sessions are kept; the least recently used one is dropped first. 1,000 when absent. */
  readonly mostSessions?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** At least 0 and below 1. */
  readonly random?: () => number;
}

/** A session that began by role chaining ends after an hour. Documented: "Roles terms and concepts", role chaining. */
const SECONDS = 3_600;
/** Shares of a session's life: from here on a new one is opened beside it, spread over the second number. */
const RENEW_AFTER = 0.75;
const JITTER = 0.125;
/** Share of its life after which it is not handed out any more: a call takes time too. */
const END = 0.98;
/** After an early opening that failed, in milliseconds. */
const PAUSE = 5_000;

interface Kept {
  readonly credentials: TenantCredentials;
  readonly since: number;
  readonly until: number;
  refreshAt: number;
}

/**
 * Sessions of one role, one per tenant, opened when they are asked for and used for as long as they hold.
 *
 * Requests for a tenant whose session is being opened wait for that one. A failed attempt fails all that wait for it, and is not cached.
 * A session past three quarters of its lifetime is still used while the next one is opened; jitter spreads the renewals.
 */
export class TenantSessions {
  private readonly kept: Recent<Kept>;
  private readonly opening = new Map<string, Promise<TenantCredentials>>();
  private readonly now: () => number;
  private readonly random: () => number;

  constructor(private readonly options: TenantSessionsOptions) {
    this.kept = new Recent(options.mostSessions ?? 1_000);
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
  }

  /** Rejects what is no tenant's id before anything else, and with STS's own error where the session can't be opened. */
  public async credentialsFor(tenant: string): Promise<TenantCredentials> {
    if (!isTenantId(tenant)) throw new TypeError(`a tenant's id must match ${TENANT_ID_PATTERN}`);
    const kept = this.kept.get(tenant);
    const now = this.now();
    // A clock that was set back would make a session live for ever.
    if (kept === undefined || now >= kept.until || now < kept.since) return this.open(tenant);
    if (now >= kept.refreshAt) {
      this.open(tenant).catch(() => {
        kept.refreshAt = this.now() + PAUSE;
      });
    }
    return kept.credentials;
  }

  /** Opens a new session next time: for one that was rejected, because sessions can be revoked before they end. */
  public forget(tenant: string): void {
    this.kept.delete(tenant);
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
      DurationSeconds: SECONDS,
      Tags: [{ Key: this.options.tagKey, Value: tenant }],
    });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined || Expiration === undefined) {
      throw new Error('AssumeRole answered without credentials');
    }
    // Not frozen: the SDK notes in them where they come from.
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
    const life = Math.min(SECONDS * 1_000, Expiration.getTime() - since);
    this.kept.set(tenant, {
      credentials,
      since,
      until: since + life * END,
      refreshAt: since + life * (RENEW_AFTER + JITTER * this.random()),
    });
    return credentials;
  }
}

/**
 * Clients of one service, each made for one tenant's session and never used for another: a client keeps the credentials that it was first
 * given, also where they come from a function. So a single client whose credentials are looked up per call would sign one tenant's calls
 * with another's.
 *
 * A thousand tenants are not a thousand clients: few are kept, the SDK makes one in a fraction of a millisecond, and all can share one
 * `requestHandler` with its connections. Nothing here closes a client, because that would close the handler for all.
 */
export class TenantClients<Client> {
  private readonly kept: Recent<{ readonly credentials: TenantCredentials; readonly client: Client }>;

  /**
   * @param make `(credentials) => new DynamoDBClient({ credentials, requestHandler })`
   * @param most how many clients are kept; the least recently used one is dropped first
   */
  constructor(
    private readonly sessions: TenantSessions,
    private readonly make: (credentials: TenantCredentials) => Client,
    most = 50,
  ) {
    this.kept = new Recent(most);
  }

  /** Rejects as `credentialsFor` does. */
  public async clientFor(tenant: string): Promise<Client> {
    const credentials = await this.sessions.credentialsFor(tenant);
    const kept = this.kept.get(tenant);
    if (kept?.credentials === credentials) return kept.client;
    const client = this.make(credentials);
    this.kept.set(tenant, { credentials, client });
    return client;
  }
}

/** Values by tenant, as many as were used last. */
class Recent<Value> {
  private readonly values = new Map<string, Value>();

  constructor(private readonly most: number) {
    if (!Number.isInteger(most) || most < 1) throw new TypeError(`the most that are kept must be a whole number from 1, not ${most}`);
  }

  get(tenant: string): Value | undefined {
    const value = this.values.get(tenant);
    if (value !== undefined) this.set(tenant, value);
    return value;
  }

  set(tenant: string, value: Value): void {
    // A Map remembers in which order its keys came.
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
