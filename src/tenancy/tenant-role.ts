import { Duration, Stack } from 'aws-cdk-lib';
import {
  Effect,
  type IGrantable,
  type IManagedPolicy,
  type IPrincipal,
  type IRole,
  type Policy,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { invalid, invalidText } from '../core/private/base/invalid';
import { having, listOf, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { limitRolePolicies, limitTrustPolicy } from '../core/private/limits';
import { acknowledge, REGULATED, type RulePack } from '../core/private/rule-packs';
import { createSessionBoundary } from './session-boundary';
import { markTenantRole, SessionOpeners } from './session-openers';
import type { Tenancy } from './tenancy';
import type { TenantRoleAttributes } from './tenant-role-attributes';
import { type ITenantRole, TenantRoleGrants } from './tenant-role-grants';

/** Props of TenantRole. */
export interface TenantRoleProps {
  /** The tenancy, whose noun is the key of the session tag. */
  readonly tenancy: Tenancy;
  /**
   * Functions and roles that may open tenants' sessions, because they authenticate their callers. More can be added with
   * `grants.openSessions`. A role without any session opener is an error at synthesis.
   *
   * Session openers of the same account need no further permission. Those of another account need `sts:AssumeRole` and `sts:TagSession`
   * on this role. If an ARN is only known at deployment, import the role by its name: `Role.fromRoleName`.
   *
   * @default []
   */
  readonly sessionOpeners?: IGrantable[];
}

/**
 * The IAM role through which services access tenants' data: each session has one tenant's id as its tag, and every permission depends on
 * that tag. IAM decides what a session can access, not the code that uses it.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Tenancy, TenantRole, TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const tenancy: Tenancy;
 * declare const data: TenantTable;
 * const tenants = new TenantRole(stack, 'Tenants', { tenancy });
 * data.grants.tenantReadWrite(tenants);
 */
export class TenantRole extends Construct implements ITenantRole {
  /**
   * Imports a TenantRole of another stack or app of the same account. Tables and buckets can be granted to it, in a policy of this app.
   *
   * `grants.openSessions` of an imported role is an error, because only the app that creates the role can change its trust policy.
   *
   * @param attributes attributes of the role
   */
  public static fromTenantRoleAttributes(scope: Construct, id: string, attributes: TenantRoleAttributes): ITenantRole {
    return new ImportedTenantRole(scope, id, attributes);
  }

  /** The IAM role. Sessions without the tenant's tag can do nothing, whatever is granted to it. */
  public readonly role: IRole;
  /** The tenancy, whose noun is the key of the session tag. */
  public readonly tenancy: Tenancy;
  /** Permissions to open sessions. */
  public readonly grants: TenantRoleGrants;

  private readonly sessionOpeners: SessionOpeners;
  private boundary?: IManagedPolicy;

  /**
   * @throws when a principal in `sessionOpeners` may be more than one role or one user, has conditions of its own, or is a tenant role
   */
  constructor(scope: Construct, id: string, props: TenantRoleProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    this.tenancy = props.tenancy;
    this.sessionOpeners = new SessionOpeners(oneTenantPerSession(props.tenancy));
    for (const [position, opener] of (props.sessionOpeners ?? []).entries()) {
      this._addSessionOpener(`sessionOpeners[${position}]`, opener.grantPrincipal);
    }
    const role = this.createRole();
    this.role = role;
    markTenantRole(role.grantPrincipal);
    this.node.defaultChild = role.node.defaultChild;
    this.denyWithoutTag();
    this.grants = TenantRoleGrants.fromTenantRole(this);
    this.node.addValidation({ validate: () => this.unopened() });
    limitRolePolicies(role);
    limitTrustPolicy(role, 'Let fewer roles open sessions, or create a TenantRole for each group of them.');
  }

  /**
   * The permissions boundary of the role, which ends sessions of suspended tenants. Created when it is first used: a role that no API has in
   * `tenantRoles` has no boundary.
   */
  public get sessionBoundary(): IManagedPolicy {
    this.boundary ??= createSessionBoundary(this, this.role as Role, this.tenancy.noun);
    return this.boundary;
  }

  /** @internal */
  public _addSessionOpener(property: string, opener: IPrincipal): void {
    this.sessionOpeners.add(this, property, opener);
  }

  private unopened(): string[] {
    if (!this.sessionOpeners.isEmpty) return [];
    return [invalidText(this, 'sessionOpeners', [], 'at least one role that may open sessions, here or with grants.openSessions')];
  }

  private createRole(): Role {
    return new Role(this, 'Role', {
      assumedBy: this.sessionOpeners,
      description: `Each session has access to the data of the ${this.tenancy.noun} in its session tag`,
      // Role chaining limits sessions to one hour, whatever is set here. Documented: "Roles terms and concepts", role chaining.
      maxSessionDuration: Duration.hours(1),
    });
  }

  private denyWithoutTag(): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'NothingWithoutTenant',
        effect: Effect.DENY,
        actions: ['*'],
        resources: ['*'],
        conditions: { Null: { [this.tenancy.principalTagKey]: 'true' } },
      }),
    );
    const policy = this.role.node.findChild('DefaultPolicy');
    acknowledge(
      policy,
      REGULATED,
      'IAMNoInlinePolicy',
      'The policy belongs to this one role and must be deleted with it. If it were detached, its deny statements would be lost; attached to another role, it would have no use.',
    );
    policy.node.addValidation({ validate: () => this.acknowledgeDenials(policy as Policy) });
  }

  /**
   * cdk-nag reads the document as text, and mistakes the actions of a deny statement for those of an allow statement after it. Everything
   * that is granted to the role until the end of synthesis counts: an allow statement with all actions, of all services or of one, stays
   * a finding.
   */
  private acknowledgeDenials(policy: Policy): string[] {
    const { Statement: statements } = Stack.of(this).resolve(policy.document) as { Statement: Statement[] };
    const allowed = statements.filter(({ Effect: effect }) => effect === 'Allow');
    const allows = (wildcard: RegExp): boolean =>
      allowed.some(
        ({ Action: actions, NotAction: others }) => others !== undefined || [actions].flat().some((one) => wildcard.test(one ?? '')),
      );
    if (!allows(/^(\w+:)?\*$/)) acknowledge(policy, HAVE_FULL_ACCESS, 'IAMPolicyNoStatementsWithFullAccess', DENIAL);
    if (!allows(/^\*$/)) acknowledge(policy, REGULATED, 'IAMPolicyNoStatementsWithAdminAccess', DENIAL);
    return [];
  }
}

/** A statement as a template has it. */
interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
}

/** The packs that have the rule IAMPolicyNoStatementsWithFullAccess. */
const HAVE_FULL_ACCESS: readonly RulePack[] = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];
const DENIAL = 'The statement with all actions is a deny statement. At synthesis, no allow statement of this policy had all actions.';

/**
 * One statement for both actions, on purpose. `sts:TagSession` is checked only when tags are passed, so that conditions on it alone would
 * allow a session without the tag; `sts:AssumeRole` sees the same tags (documented: "Actions, resources, and condition keys for AWS
 * Security Token Service" has aws:RequestTag and aws:TagKeys for both), so the same conditions apply to both.
 *
 * - Null of aws:RequestTag: the tag is required;
 * - StringLike `???*`: a tag may be empty in STS, and a tenant's id has at least 3 characters;
 * - StringNotLike: characters and lengths that STS allows in a tag but a tenant's id never has. A session tagged `a/b` could read objects
 *   under the prefix of `a` in S3;
 * - ForAllValues of aws:TagKeys: this tag and no other. It is also true without tags, so Null of aws:TagKeys is needed as well.
 */
function oneTenantPerSession(tenancy: Tenancy): PolicyStatement {
  const tag = `aws:RequestTag/${tenancy.noun}`;
  return new PolicyStatement({
    sid: 'OneTenantPerSession',
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    conditions: {
      Null: { [tag]: 'false', 'aws:TagKeys': 'false' },
      StringLike: { [tag]: '???*' },
      StringNotLike: { [tag]: ['*/*', '*:*', '*=*', '*@*', '*+*', '*.*', '*_*', '* *', `${'?'.repeat(65)}*`] },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [tenancy.noun] },
    },
  });
}

class ImportedTenantRole extends Construct implements ITenantRole {
  public readonly role: IRole;
  public readonly tenancy: Tenancy;
  public readonly grants: TenantRoleGrants;

  constructor(scope: Construct, id: string, attributes: TenantRoleAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { roleArn, tenancy } = attributes;
    this.role = Role.fromRoleArn(this, 'Role', roleArn);
    markTenantRole(this.role.grantPrincipal);
    this.tenancy = tenancy;
    this.grants = TenantRoleGrants.fromTenantRole(this);
  }

  public get sessionBoundary(): IManagedPolicy {
    return invalid(
      this,
      'role',
      this.role,
      'a TenantRole of this app: the boundary of an imported one can only be set where it is created',
    );
  }
}

const TENANCY = required(having<Tenancy>('a Tenancy: Tenancy.of(…)', 'noun', 'tiers'));
const PROPS: PropKinds<TenantRoleProps> = {
  tenancy: TENANCY,
  sessionOpeners: listOf(having<IGrantable>('', 'grantPrincipal'), 'a list of roles, functions or other grantees'),
};

const ATTRIBUTES: PropKinds<TenantRoleAttributes> = { roleArn: required(STRING), tenancy: TENANCY };
