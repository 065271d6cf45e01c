import type { OpenSession } from '../../systems/tenants/service-sessions';
import type { RunningTenants } from '../../systems/tenants/start';
import { tenantOf } from './candidate';
import type { Findings } from './findings';
import { incarnationOf, type Messages } from './messages';
import type { Model } from './model';

/**
 * How long a session that was open may be used after its tenant was suspended. The README states: until IAM applies the policy, which the
 * sandbox does at once.
 */
const OPEN_SESSION_MS = 0;

interface OwnSession extends OpenSession {
  readonly incarnation: number;
}

/** The service of a sequence, which opens sessions of tenants and writes in them. */
export class ServiceActs {
  private readonly sessions = new Map<string, OwnSession[]>();

  constructor(
    private readonly platform: RunningTenants,
    private readonly model: Model,
    private readonly findings: Findings,
    private readonly messages: Messages,
  ) {}

  /** In the service's own session, which it opens if it has none. */
  async useOwn(tenant: string): Promise<void> {
    const { service } = this.platform;
    const session = await this.open(tenant);
    if (session === undefined || (await this.use(session))) return;
    // It may have been revoked.
    service.forget(tenant);
    const other = await this.open(tenant);
    if (other === undefined || (await this.use(other))) return;
    // Sessions of an active tenant are allowed once the operation that made it active has ended.
    if (!this.model.saw((candidate) => tenantOf(candidate, tenant).key !== 'enabled'))
      this.findings.foundUnexpected(this.model, tenant, 'a session that was just opened is denied everything');
  }

  /** With credentials that somebody kept, although the service may have dropped them. */
  async useFirst(tenant: string): Promise<void> {
    const now = this.platform.sandbox.clock.now();
    const session = this.sessions.get(tenant)?.find(({ expiresAt }) => expiresAt > now);
    if (session !== undefined) await this.use(session);
  }

  private async open(tenant: string): Promise<OwnSession | undefined> {
    const { model, findings, platform } = this;
    findings.count('sessions');
    const before = platform.sandbox.clock.now();
    const session = await platform.service.session(tenant).catch((error: Error) => {
      if (error.name === 'AccessDenied' || error.name === 'TenantNotActive') return undefined;
      throw error;
    });
    if (session === undefined) {
      if (!model.saw((candidate) => tenantOf(candidate, tenant).state !== 'active'))
        findings.foundUnexpected(model, tenant, 'a session is not opened');
      return undefined;
    }
    const known = this.sessions.get(tenant) ?? [];
    const found = known.find(({ credentials }) => credentials === session.credentials);
    if (found !== undefined) return found;
    if (session.openedAt >= before && !model.saw((candidate) => tenantOf(candidate, tenant).state === 'active'))
      findings.foundAccess(model, tenant, 'a new session');
    const own = { ...session, incarnation: incarnationOf(model, tenant) };
    this.sessions.set(tenant, [...known, own]);
    return own;
  }

  private async use(session: OwnSession): Promise<boolean> {
    const { model, findings } = this;
    const { tenant, incarnation } = session;
    findings.count('sessions');
    const before = this.platform.sandbox.clock.now();
    const message = this.messages.next();
    if (!(await this.platform.service.write(session, message))) return false;
    this.messages.accept(message, tenant, false);
    const isInTime = model.saw((candidate) => {
      const { inactiveSince } = tenantOf(candidate, tenant);
      return inactiveSince === undefined || before <= inactiveSince + OPEN_SESSION_MS;
    });
    if (!isInTime) findings.foundAccess(model, tenant, 'a call in a session');
    if (model.everywhere(tenant, (now) => now.incarnation > incarnation))
      findings.found('crossings', `a call in a session of customer ${incarnation} of ${tenant}, whose id belongs to another customer`);
    return true;
  }
}
