import { Duration, Stack } from 'aws-cdk-lib';
import { Effect, type IGrantable, type IPrincipal, type IRole, type Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { invalidText } from '../core/private/base/invalid';
import { requireProps } from '../core/private/base/required-props';
import { limitRolePolicies, limitTrustPolicy } from '../core/private/limits';
import { acknowledge, REGULATED, type RulePack } from '../core/private/rule-packs';
import { SessionOpeners } from './session-openers';
import type { Tenancy } from './tenancy';
import type { TenantRoleAttributes } from './tenant-role-attributes';
import { type ITenantRole, TenantRoleGrants } from './tenant-role-grants';

/** Props of TenantRole. */
export interface TenantRoleProps {
  /** Whose noun is the session tag's key. */
  readonly tenancy: Tenancy;
  /**
   * Who may open a tenant's session: the functions or services, or their roles, that have checked the caller's identity. More can be added
   * later (`grants.openSessions`); a role whose sessions nobody may open is an error at synthesis.
   *
   * A role of this account needs no permission of its own beside this. One of another account needs `sts:AssumeRole` and
   * `sts:TagSession` on this role there. Where an ARN is known only at deployment, import the role by its name: `Role.fromRoleName`.
   *
   * @default []
   */
  readonly sessionOpeners?: IGrantable[];
}

/**
 * The one role in which all tenants' data is reached: each session carries one tenant's id as its tag, and every permission names
 * that tag. What a session can reach is decided by IAM, not by the code that runs in it.
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
   * A TenantRole of another stack or another app of this account: tables and buckets of this app can be granted to it, in a policy of this app.
   *
   * What only its own app can do is an error here: its trust policy, and with it who may open sessions, is changed there.
   *
   * @param attributes what is known of it
   */
  public static fromTenantRoleAttributes(scope: Construct, id: string, attributes: TenantRoleAttributes): ITenantRole {
    return new ImportedTenantRole(scope, id, attributes);
  }

  /** The role itself. Whatever it is granted, it can do nothing in a session without the tag. */
  public readonly role: IRole;
  /** Whose noun is the session tag's key. */
  public readonly tenancy: Tenancy;
  /** Who may open sessions. */
  public readonly grants: TenantRoleGrants;

  private readonly sessionOpeners: SessionOpeners;

  /**
   * @throws when `sessionOpeners` has a principal that is not certainly one role or one user, or brings conditions of its own
   */
  constructor(scope: Construct, id: string, props: TenantRoleProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true });
    this.tenancy = props.tenancy;
    this.sessionOpeners = new SessionOpeners(oneTenantPerSession(props.tenancy));
    for (const [position, opener] of (props.sessionOpeners ?? []).entries()) {
      this._addSessionOpener(`sessionOpeners[${position}]`, opener.grantPrincipal);
    }
    const role = this.createRole();
    this.role = role;
    this.node.defaultChild = role.node.defaultChild;
    this.denyWithoutTag();
    this.grants = TenantRoleGrants.fromTenantRole(this);
    this.node.addValidation({ validate: () => this.unopened() });
    limitRolePolicies(role);
    limitTrustPolicy(role, 'Let fewer roles open sessions, or make a TenantRole for each group of them.');
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
      description: `Sessions of one ${this.tenancy.noun} each, told apart by their tag`,
      // A session that opens another one gets an hour at most, whatever is set. Documented: "Roles terms and concepts", role chaining.
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
      'The policy belongs to this one role and must live and die with it: detached, its denials would be lost, and attached elsewhere it means nothing.',
    );
    policy.node.addValidation({ validate: () => this.acknowledgeDenials(policy as Policy) });
  }

  /**
   * cdk-nag reads the document as text, and takes the actions of a denial for those of a permission behind it. What the role is granted until the end of
   * the synthesis counts: a permission of all actions, of everything or of one service, stays a finding.
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
const DENIAL = 'What names all actions is a denial. When the app was synthesized, no permission of this policy did.';

/**
 * One statement for both actions, on purpose. `sts:TagSession` is asked for only when tags are passed, so that conditions on it alone let
 * a session without the tag through; `sts:AssumeRole` sees the same tags (documented: "Actions, resources, and condition keys for AWS
 * Security Token Service" has aws:RequestTag and aws:TagKeys for both), so both are decided by the same conditions and can't drift apart.
 *
 * - Null of aws:RequestTag: the tag must be passed;
 * - StringLike `???*`: a tag may be empty in STS, and a tenant's id has at least 3 characters;
 * - StringNotLike: what STS admits in a tag and no tenant's id has, or is. A session tagged `a/b` would read within `a`'s prefix in S3;
 * - ForAllValues of aws:TagKeys: this tag and no other. It is true where there are no tags, hence the Null beside it.
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

  constructor(scope: Construct, id: string, { roleArn, tenancy }: TenantRoleAttributes) {
    super(scope, id);
    this.role = Role.fromRoleArn(this, 'Role', roleArn);
    this.tenancy = tenancy;
    this.grants = TenantRoleGrants.fromTenantRole(this);
  }
}
