import { CfnResource } from 'aws-cdk-lib';
import {
  type AddToPrincipalPolicyResult,
  type IRole,
  Policy,
  type PolicyStatement,
  PrincipalBase,
  type PrincipalPolicyFragment,
} from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { invalid } from './base/invalid';
import { outermostStack } from './base/outermost-stack';
import { childOnce } from './once';
import { acknowledge, REGULATED } from './rule-packs';

/** Roles whose own policies have all their permissions. */
const ownPolicies = new WeakSet<IRole>();

/**
 * Keeps all permissions of a role in its own policy. For a role that is only used by a construct whose stack depends on those of its
 * resources in any case: a policy beside a resource would make it a circular dependency.
 */
export function keepInOwnPolicy(role: IRole): void {
  ownPolicies.add(role);
}

/**
 * Returns the principal to which permissions of a role on a resource are added.
 *
 * If role and resource belong to two stacks, that is a policy in the resource's stack. In the role's own policy, the statements would make
 * the role's stack depend on the resource's, which may itself depend on the role's stack.
 */
export function roleFor(role: IRole, resource: IConstruct): PrincipalBase | IRole {
  if (ownPolicies.has(role)) return role;
  const isOwn = CfnResource.isCfnResource(role.node.defaultChild);
  return isOwn && outermostStack(role) !== outermostStack(resource) ? new RoleElsewhere(role, resource) : role;
}

/**
 * Adds a statement to a role that this app creates or imports.
 *
 * @param resource what the statement is about
 * @returns the policy that holds it
 * @throws when this app cannot change the role, for example one of another account or one imported with `mutable: false`. The CDK would
 * omit the statement silently, and a missing deny statement would expose data.
 */
export function addToRole(role: IRole, resource: IConstruct, statement: PolicyStatement): IConstruct {
  const { policyDependable } = roleFor(role, resource).addToPrincipalPolicy(statement);
  const policy = Construct.isConstruct(policyDependable) ? policyDependable : role.node.tryFindChild('DefaultPolicy');
  if (policy === undefined) {
    invalid(
      role,
      'role',
      role,
      "one whose policies this app can change: a role of this app, or one of this account that isn't imported as immutable",
    );
  }
  if (policy.node.id !== 'DefaultPolicy') acknowledge(policy, REGULATED, 'IAMNoInlinePolicy', BESIDE);
  return policy;
}

class RoleElsewhere extends PrincipalBase {
  constructor(
    private readonly role: IRole,
    private readonly resource: IConstruct,
  ) {
    super();
  }

  public get policyFragment(): PrincipalPolicyFragment {
    return this.role.policyFragment;
  }

  public override dedupeString(): string | undefined {
    return undefined;
  }

  public override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    const id = `PolicyOf${this.role.node.addr.slice(-8)}`;
    const policy = childOnce(this.resource, id, () => new Policy(this.resource as Construct, id, { roles: [this.role] }));
    policy.addStatements(statement);
    return { statementAdded: true, policyDependable: policy };
  }
}

const BESIDE = 'The policy grants one role access to one resource and is deleted together with the resource. It has no use elsewhere.';
