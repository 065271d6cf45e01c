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

/**
 * The principal that permissions of a role on a resource are added to.
 *
 * Where they belong to two stacks, what the role may do stands in a policy beside the resource: the role's own policy would name the resource, so that
 * the role's stack would depend on the resource's, which may well use something of the role's stack.
 */
export function roleFor(role: IRole, resource: IConstruct): PrincipalBase | IRole {
  const isOwn = CfnResource.isCfnResource(role.node.defaultChild);
  return isOwn && outermostStack(role) !== outermostStack(resource) ? new RoleElsewhere(role, resource) : role;
}

/**
 * Adds a statement to a role that this app creates or imports.
 *
 * @param resource what the statement is about
 * @returns the policy that holds it
 * @throws when the role can't be changed from here, as one of another account, or one that was imported with `mutable: false`: the CDK leaves the
 * statement out without a word, and a denial that is missing opens data
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

const BESIDE =
  'The policy holds what one role may do with one resource, and lives and dies with the resource: attached elsewhere it means nothing.';
