import { Duration, Stack } from 'aws-cdk-lib';
import {
  CompositePrincipal,
  Effect,
  type IGrantable,
  type IPrincipal,
  type Policy,
  type PolicyDocument,
  PolicyStatement,
  PrincipalBase,
  type PrincipalPolicyFragment,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { invalidText } from '../core/private/base/invalid';
import { requireProps } from '../core/private/base/required-props';
import { limitRolePolicies, limitTrustPolicy } from '../core/private/limits';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import type { Tenancy } from './tenancy';
import { TenantRoleGrants } from './tenant-role-grants';
import { checkVendor } from './vendors';

/** Props of TenantRole. */
export interface TenantRoleProps {
  /** Whose noun is the session tag's key. */
  readonly tenancy: Tenancy;
  /**
   * Who may open a tenant's session: the roles of the functions or services that have checked the caller's identity. More can be allowed
   * later (`allowVending`); a role that nobody may open a session of is an error at synthesis.
   *
   * A role of this account needs no permission of its own beside this. One of another account needs `sts:AssumeRole` and
   * `sts:TagSession` on this role there. Where an ARN is known only at deployment, import the role by its name: `Role.fromRoleName`.
   *
   * @default []
   */
  readonly vendedBy?: IPrincipal[];
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
export class TenantRole extends Construct {
  /** The role itself. Whatever it is granted, it can do nothing in a session without the tag. */
  public readonly role: Role;
  /** Whose noun is the session tag's key. */
  public readonly tenancy: Tenancy;
  /** Gives sessions what they need of data that is divided by tenants. */
  public readonly grants: TenantRoleGrants;

  private readonly trust: PolicyStatement;
  private readonly vendors: IPrincipal[] = [];

  /**
   * A role of its own.
   *
   * @param scope where it belongs
   * @param id its name there
   * @param props whose sessions it has, and who opens them
   * @throws when `vendedBy` has a principal that is not surely one role or one user, or brings conditions of its own
   */
  constructor(scope: Construct, id: string, props: TenantRoleProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true });
    this.tenancy = props.tenancy;
    this.trust = oneTenantPerSession(props.tenancy);
    for (const [position, vendor] of (props.vendedBy ?? []).entries()) this.addVendor(`vendedBy[${position}]`, vendor);
    this.role = this.createRole();
    this.node.defaultChild = this.role.node.defaultChild;
    this.denyWithoutTag();
    this.grants = TenantRoleGrants._of(this.role, props.tenancy);
    this.node.addValidation({ validate: () => this.unopened() });
    limitRolePolicies(this.role);
    limitTrustPolicy(this.role, 'Let fewer roles open sessions, or make a TenantRole for each group of them.');
  }

  /**
   * Lets one more role or user open tenants' sessions. Asking twice for the same one is the same as asking once.
   *
   * The trust names the vendor, and the vendor is told the name of this role: in two stacks, each would need the other first. Then make
   * the role in the vendor's stack, or let the vendor be imported by its name.
   *
   * @param vendor what has checked its callers' identity: a function, a task's role
   * @throws when it is not surely one role or one user, or brings conditions of its own
   */
  public allowVending(vendor: IGrantable): void {
    this.addVendor('vendor', vendor.grantPrincipal);
  }

  private addVendor(property: string, vendor: IPrincipal): void {
    checkVendor(this, property, vendor);
    this.vendors.push(vendor);
    this.trust.addPrincipals(vendor);
  }

  private unopened(): string[] {
    if (this.vendors.length > 0) return [];
    return [invalidText(this, 'vendedBy', [], 'at least one role that may open a session, here or by allowVending')];
  }

  private createRole(): Role {
    return new Role(this, 'Role', {
      assumedBy: new Vendors(this.trust, this.vendors),
      description: `Sessions of one ${this.tenancy.tenant} each, told apart by their tag`,
      // A session that opens another one gets an hour at most, whatever is set. Documented: "Roles terms and concepts", role chaining.
      maxSessionDuration: Duration.hours(1),
    });
  }

  private denyWithoutTag(): void {
    this.role.addToPolicy(
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
    acknowledge(
      policy,
      ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
      'IAMPolicyNoStatementsWithFullAccess',
      'Only denials name all actions; every permission of this policy lists its own.',
    );
    policy.node.addValidation({ validate: () => this.acknowledgeDenialOfAll(policy as Policy) });
  }

  /** cdk-nag reads the document as text, and takes the actions of a denial for those of a permission behind it. */
  private acknowledgeDenialOfAll(policy: Policy): string[] {
    const { Statement: statements } = Stack.of(this).resolve(policy.document) as {
      Statement: { Effect: string; Action?: string | string[] }[];
    };
    const all = statements.some(({ Effect: effect, Action: actions }) => effect === 'Allow' && [actions].flat().includes('*'));
    if (!all) {
      acknowledge(
        policy,
        REGULATED,
        'IAMPolicyNoStatementsWithAdminAccess',
        'What names all actions and all resources is a denial. No permission of this policy names all actions: that was looked at.',
      );
    }
    return [];
  }
}

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
  const tag = `aws:RequestTag/${tenancy.tenant}`;
  return new PolicyStatement({
    sid: 'OneTenantPerSession',
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    conditions: {
      Null: { [tag]: 'false', 'aws:TagKeys': 'false' },
      StringLike: { [tag]: '???*' },
      StringNotLike: { [tag]: ['*/*', '*:*', '*=*', '*@*', '*+*', '*.*', '*_*', '* *', `${'?'.repeat(65)}*`] },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [tenancy.tenant] },
    },
  });
}

/** All vendors in one statement: a trust policy holds 2,048 characters, and a statement for each would fill it with the third. */
class Vendors extends PrincipalBase {
  constructor(
    private readonly statement: PolicyStatement,
    private readonly vendors: IPrincipal[],
  ) {
    super();
  }

  public get policyFragment(): PrincipalPolicyFragment {
    return new CompositePrincipal(...this.vendors).policyFragment;
  }

  public override dedupeString(): string | undefined {
    return undefined;
  }

  public override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(this.statement);
  }
}
