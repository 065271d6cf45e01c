import type { IGrantable, IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import type { Tenancy } from './tenancy';

/** What a TenantRole of this app has and an imported one has not. */
interface IOwnRole extends ITenantRole {
  readonly _addSessionOpener?: (property: string, opener: IPrincipal) => void;
}

/** A role whose sessions carry one tenant's id as their tag, of this app or of another one. */
export interface ITenantRole extends IConstruct {
  /** The role itself. Whatever it is granted, it can do nothing in a session without the tag. */
  readonly role: IRole;
  /** Whose noun is the session tag's key. */
  readonly tenancy: Tenancy;
  /** Who may open sessions. */
  readonly grants: TenantRoleGrants;
}

/** Who may open sessions of a tenant role: the role's `grants`. */
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
   * Lets one more role or user open tenants' sessions. Calling it twice for the same one is the same as once.
   *
   * The role's trust policy names the session opener, and the session opener's code is given the ARN of the role: where they belong to two stacks, each
   * would need the other first. Then create both roles in one stack, or import the session opener by its name.
   *
   * @param grantee what has checked its callers' identity: a function, a task's role
   * @throws when it is not certainly one role or one user, when it brings conditions of its own, or when the role is imported
   */
  public openSessions(grantee: IGrantable): void {
    const { _addSessionOpener: add } = this.role as IOwnRole;
    if (add === undefined) {
      invalid(
        this.role,
        'role',
        this.role,
        'a TenantRole of this app: the trust policy of an imported one is changed where it is created, with sessionOpeners there',
      );
    }
    add.call(this.role, 'grantee', grantee.grantPrincipal);
  }
}
