import type { RunningTenants } from '../../systems/tenants/start';
import type { AccessToken } from '../../systems/tenants/users';
import { type Candidate, tenantOf } from './candidate';
import type { Findings } from './findings';
import { incarnationOf, type Messages } from './messages';
import type { Model } from './model';

/** For how long the API uses the decision about a token that has expired, as the README states. */
const CACHED_DECISION_MS = 60_000;
/** Tokens expire at whole seconds. */
const SECOND_MS = 1_000;
const MOST_TRIES = 5;

interface OwnToken extends AccessToken {
  readonly incarnation: number;
}

/** The users of a sequence: their tokens, and what they get for them. */
export class UserActs {
  private readonly tokens = new Map<string, OwnToken[]>();
  private readonly firstRefreshTokens = new Map<string, string>();

  constructor(
    private readonly platform: RunningTenants,
    private readonly model: Model,
    private readonly findings: Findings,
    private readonly messages: Messages,
  ) {}

  signIn(user: string): Promise<void> {
    return this.get(user, async () => {
      const result = await this.platform.users.signIn(user);
      if (result !== undefined && !this.firstRefreshTokens.has(user)) this.firstRefreshTokens.set(user, result.refreshToken);
      return result?.token;
    });
  }

  async refresh(user: string): Promise<void> {
    const refreshToken = this.firstRefreshTokens.get(user);
    if (refreshToken !== undefined) await this.get(user, () => this.platform.users.refresh(refreshToken));
  }

  async read(tenant: string, which: 'latest' | 'first'): Promise<void> {
    const token = this.tokenOf(tenant, which);
    if (token === undefined) return;
    const { before, status, body } = await this.request(token, { method: 'GET' });
    if (status !== 200) return this.denied(token, status, before);
    this.letIn(token, before, 'a request to read');
    const { messages } = JSON.parse(body) as { readonly messages: readonly string[] };
    this.messages.shown(messages, tenant);
  }

  /** @param repeated the message that was sent before @default a new one */
  async write(tenant: string, which: 'latest' | 'first', repeated?: string): Promise<void> {
    const token = this.tokenOf(tenant, which);
    if (token === undefined) return;
    const message = repeated ?? this.messages.next();
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': message };
    const { before, status } = await this.request(token, { method: 'POST', headers, body: JSON.stringify({ message }) });
    if (status !== 202) return this.denied(token, status, before);
    this.letIn(token, before, 'a request to write');
    this.messages.accept(message, tenant, true);
  }

  private async get(user: string, ask: () => Promise<AccessToken | undefined>): Promise<void> {
    const { model, findings } = this;
    const active = (candidate: Candidate) => {
      const membership = candidate.members[user];
      return membership !== undefined && tenantOf(candidate, membership.tenant).state === 'active' ? membership : undefined;
    };
    let token: AccessToken | undefined;
    for (let attempt = 1; token === undefined && attempt <= MOST_TRIES; attempt++) {
      findings.count('refreshes');
      token = await ask();
      if (token === undefined && model.saw((candidate) => active(candidate) === undefined)) return;
    }
    if (token === undefined) {
      findings.found('unexpected', `${user} got no token: ${JSON.stringify(model.candidates.map(active))}`);
      return;
    }
    const { tenant, tier, roles } = token;
    const agrees = (candidate: Candidate) => {
      const membership = active(candidate);
      return membership?.tenant === tenant && tenantOf(candidate, tenant).tier === tier && membership.roles.join(' ') === roles.join(' ');
    };
    if (!model.saw(agrees)) {
      if (model.everywhere(tenant, ({ state }) => state !== 'active')) findings.foundAccess(model, tenant, `a token for ${user}`);
      else findings.foundUnexpected(model, tenant, `a token for ${user} (${tier}, ${roles.join(' ')})`);
    }
    const own = { ...token, incarnation: incarnationOf(model, tenant) };
    this.tokens.set(tenant, [...(this.tokens.get(tenant) ?? []), own]);
  }

  private tokenOf(tenant: string, which: 'latest' | 'first'): OwnToken | undefined {
    const tokens = this.tokens.get(tenant) ?? [];
    return which === 'latest' ? tokens.at(-1) : tokens[0];
  }

  /** A client retries if it does not know whether its request was accepted. */
  private async request(
    { text }: OwnToken,
    { headers, ...init }: RequestInit,
  ): Promise<{ readonly before: number; readonly status: number; readonly body: string }> {
    this.findings.count('requests');
    for (let attempt = 1; ; attempt++) {
      const before = this.platform.sandbox.clock.now();
      const all = { ...(headers as Readonly<{ [name: string]: string }>), Authorization: `Bearer ${text}` };
      const response = await fetch(`${this.platform.apiUrl}/messages`, { ...init, headers: all });
      const body = await response.text();
      if (response.status < 500) return { before, status: response.status, body };
      if (attempt === MOST_TRIES) throw new Error(`the API returned ${response.status} ${attempt} times: ${body}`);
    }
  }

  private letIn({ tenant, expiresAt, incarnation }: OwnToken, before: number, what: string): void {
    const { model, findings } = this;
    if (before > expiresAt + CACHED_DECISION_MS + SECOND_MS)
      findings.found('afterSuspension', `${what} of ${tenant} with a token that expired at ${new Date(expiresAt).toISOString()}`);
    if (!model.saw((candidate) => tenantOf(candidate, tenant).key !== 'none')) findings.foundAccess(model, tenant, what);
    if (model.everywhere(tenant, (now) => now.incarnation > incarnation))
      findings.found('crossings', `${what} with a token of customer ${incarnation} of ${tenant}, whose id belongs to another customer`);
  }

  private denied({ tenant, expiresAt }: OwnToken, status: number, before: number): void {
    const { model, findings, platform } = this;
    if (status === 401) {
      if (platform.sandbox.clock.now() < expiresAt)
        findings.foundUnexpected(model, tenant, `a valid token is answered with 401 at ${before}`);
      return;
    }
    // A request with an expired token is denied for one reason or the other.
    if (status === 403 && platform.sandbox.clock.now() >= expiresAt) return;
    const closed = (candidate: Candidate) => tenantOf(candidate, tenant).key !== 'enabled';
    if (status !== 403 || !model.saw(closed)) findings.foundUnexpected(model, tenant, `a request is answered with ${status}`);
  }
}
