import { Duration } from 'aws-cdk-lib';
import { CompositePrincipal, Effect, type IPrincipal, type PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { refuse } from '../core/refuse';
import { acknowledge } from '../core/rule-packs';
import type { Tenancy } from './tenancy';
import { checkVendor } from './vendors';

/** Props of TenantRole. */
export interface TenantRoleProps {
  /** Whose noun is the session tag's key. */
  readonly tenancy: Tenancy;
  /**
   * Who may open a tenant's session: the roles of the functions or services that have checked the caller's identity, at least one.
   *
   * A role of this account needs no permission of its own beside this. One of another account needs `sts:AssumeRole` and
   * `sts:TagSession` on this role there. Where an ARN is known only at deployment, import the role by its name: `Role.fromRoleName`.
   */
  readonly vendedBy: IPrincipal[];
}

/**
 * The one role in which all tenants' data is reached: each session carries one tenant's id as its tag, and every permission names
 * that tag. What a session can reach is decided by IAM, not by the code that runs in it.
 */
export class TenantRole extends Construct {
  /** The role itself. Whatever it is granted, it can do nothing in a session without the tag. */
  public readonly role: Role;
  /** Whose noun is the session tag's key. */
  public readonly tenancy: Tenancy;

  /**
   * A role of its own.
   *
   * @param scope where it belongs
   * @param id its name there
   * @param props whose sessions it has, and who opens them
   * @throws when `vendedBy` is empty, or has a principal that is not surely one role or one user, or brings conditions of its own
   */
  constructor(scope: Construct, id: string, props: TenantRoleProps) {
    super(scope, id);
    this.tenancy = props.tenancy;
    this.validate(props);
    this.role = this.createRole(props);
    this.node.defaultChild = this.role.node.defaultChild;
    this.denyWithoutTag();
  }

  private validate({ vendedBy }: TenantRoleProps): void {
    if (vendedBy.length === 0) refuse(this, 'vendedBy', vendedBy, "name the roles that may open a tenant's session");
    vendedBy.forEach((principal, position) => {
      checkVendor(this, `vendedBy[${position}]`, principal);
    });
  }

  private createRole({ tenancy, vendedBy }: TenantRoleProps): Role {
    return new Role(this, 'Role', {
      assumedBy: new Vendors(trust(tenancy, vendedBy), vendedBy),
      description: `Sessions of one ${tenancy.tenant} each, told apart by their tag`,
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
      ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
      'IAMNoInlinePolicy',
      'The policy belongs to this one role and must live and die with it: detached, its denials would be lost, and attached elsewhere it means nothing.',
    );
    acknowledge(
      policy,
      ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
      'IAMPolicyNoStatementsWithFullAccess',
      'Only denials name all actions; every permission of this policy lists its own.',
    );
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
function trust(tenancy: Tenancy, vendors: IPrincipal[]): PolicyStatement {
  const tag = `aws:RequestTag/${tenancy.tenant}`;
  return new PolicyStatement({
    sid: 'OneTenantPerSession',
    principals: vendors,
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    conditions: {
      Null: { [tag]: 'false', 'aws:TagKeys': 'false' },
      StringLike: { [tag]: '???*' },
      StringNotLike: { [tag]: ['*/*', '*:*', '*=*', '*@*', '*+*', '*.*', '*_*', '* *', `${'?'.repeat(65)}*`] },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [tenancy.tenant] },
    },
  });
}

/** Several principals in one statement: a trust policy holds 2,048 characters, and a statement for each would fill it with the third. */
class Vendors extends CompositePrincipal {
  constructor(
    private readonly statement: PolicyStatement,
    principals: IPrincipal[],
  ) {
    super(...principals);
  }

  public override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(this.statement);
  }
}
