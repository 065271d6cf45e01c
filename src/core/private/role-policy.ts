import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { invalid } from './base/invalid';

/**
 * Adds a statement to a role that this app creates or imports.
 *
 * @returns the policy that holds it
 * @throws when the role can't be changed from here, as one of another account, or one that was imported with `mutable: false`: the CDK leaves the
 * statement out without a word, and a denial that is missing opens data
 */
export function addToRole(role: IRole, statement: PolicyStatement): IConstruct {
  const { policyDependable } = role.addToPrincipalPolicy(statement);
  const policy = role.node.tryFindChild('DefaultPolicy') ?? policyDependable;
  if (Construct.isConstruct(policy)) return policy;
  return invalid(
    role,
    'role',
    role,
    "one whose policies this app can change: a role of this app, or one of this account that isn't imported as immutable",
  );
}
