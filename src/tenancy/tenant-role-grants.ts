import { Grant, type IGrantable, type IManagedPolicy, type IPrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import type { Tenancy } from './tenancy';

/** A member that an imported TenantRole does not have. */
interface IOwnRole extends ITenantRole {
  readonly _addSessionOpener?: (property: string, opener: IPrincipal) => void;
}

/** A TenantRole that is created in this app, or imported. */
export interface ITenantRole extends IConstruct {
  /** The IAM role. Sessions without the tenant's tag can do nothing, whatever is granted to it. */
  readonly role: IRole;
  /** The tenancy, whose noun is the key of the session tag. */
  readonly tenancy: Tenancy;
  /**
   * The permissions boundary of the role, which ends sessions of suspended tenants. Created when it is first used: a role that no API has in
   * `tenantRoles` has no boundary.
   *
   * @throws when the tenant role is imported
   */
  readonly sessionBoundary: IManagedPolicy;
  /** Permissions to open and end sessions. */
  readonly grants: TenantRoleGrants;
}

/** Permissions to open and end sessions of a tenant role. */
export class TenantRoleGrants {
  /**
   * The grants of a role.
   *
   * @param role a TenantRole, or an imported one
   */
  public static fromTenantRole(role: ITenantRole): TenantRoleGrants {
    return new TenantRoleGrants(role);
  }

  private constructor(private readonly role: ITenantRole) {}

  /**
   * Lets a role or user open tenants' sessions. Calling it again for the same one has no effect.
   *
   * The trust policy of the tenant role names the session opener, whose code in turn needs the ARN of the tenant role. In two stacks this
   * would be a circular dependency: create both roles in one stack, or import the session opener by its name.
   *
   * @param grantee a function, or the role of a task, that authenticates its callers
   * @throws when the grantee may be more than one role or one user, when it has conditions of its own or is a tenant role itself, or when the
   * tenant role is imported
   */
  public openSessions(grantee: IGrantable): void {
    const { _addSessionOpener: add } = this.role as IOwnRole;
    if (add === undefined) {
      invalid(
        this.role,
        'role',
        this.role,
        'a TenantRole of this app: the trust policy of an imported one can only be changed where it is created, with sessionOpeners',
      );
    }
    add.call(this.role, 'grantee', grantee.grantPrincipal);
  }

  /**
   * Lets a principal end open sessions of tenants, and allow them again: it writes the permissions boundary of the tenant role, which can
   * deny, and grants nothing.
   *
   * @param grantee the function that suspends tenants
   * @throws when the tenant role is imported
   */
  public endSessions(grantee: IGrantable): Grant {
    const actions = ['CreatePolicyVersion', 'DeletePolicyVersion', 'ListPolicyVersions', 'SetDefaultPolicyVersion'];
    return Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `iam:${action}`),
      resourceArns: [this.role.sessionBoundary.managedPolicyArn],
    });
  }
}
