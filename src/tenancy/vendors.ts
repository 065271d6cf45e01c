import { CfnResource, Reference, Tokenization } from 'aws-cdk-lib';
import { AccountPrincipal, type IPrincipal, type PrincipalPolicyFragment } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';

const roleOrUser = /^arn:[^:]+:iam:[^:]*:(\d{12}|<token>):(role|user)\/[!-~]+$/;
const typesWithArn = ['AWS::IAM::Role', 'AWS::IAM::User'];

/**
 * Rejects a vendor that is not surely one role or one user: whatever is wider could become any tenant.
 *
 * @param property where the principal stands, for the message
 */
export function checkVendor(scope: IConstruct, property: string, principal: IPrincipal): void {
  // Its ARN is one token, so that only the class tells it.
  if (principal instanceof AccountPrincipal) refuseVendor(scope, property, 'a whole account');
  const { principalJson, conditions } = fragmentOf(scope, property, principal);
  for (const [kind, names] of Object.entries(principalJson)) {
    for (const name of names) {
      const text = withTokensMarked(name);
      if (kind !== 'AWS') refuseVendor(scope, property, text.includes('<token>') ? String(principal) : text);
      const isOne = text === '<token>' ? isArnOfRoleOrUser(name) : roleOrUser.test(text) && !text.includes('*');
      if (!isOne) refuseVendor(scope, property, text);
    }
  }
  // They would be conditions on every vendor: the trust is one statement.
  if (Object.keys(conditions).length > 0) {
    invalid(scope, property, conditions, 'no conditions of its own: who opens a session is decided by the role that trusts it alone');
  }
}

function refuseVendor(scope: IConstruct, property: string, vendor: string): never {
  return invalid(
    scope,
    property,
    vendor,
    "one role or one user, anything wider could become any tenant: a construct, or an ARN that shows what it is, as Role.fromRoleName(this, 'Vendor', name) makes it",
  );
}

function fragmentOf(scope: IConstruct, property: string, principal: IPrincipal): PrincipalPolicyFragment {
  try {
    return principal.policyFragment;
  } catch (error) {
    return invalid(scope, property, principal.constructor, `a role or a user that a policy can name (${(error as Error).message})`);
  }
}

/** The name, with `<token>` for each part that is known only at deployment. */
function withTokensMarked(name: string): string {
  const parts = Tokenization.reverseString(name).mapTokens({ mapToken: () => '<token>' });
  return parts.join({ join: (left, right) => `${left ?? ''}${right ?? ''}` });
}

/** Whether a token is the attribute `Arn` of a role or a user that is made in this app. */
function isArnOfRoleOrUser(name: string): boolean {
  const token = Tokenization.reverseCompleteString(name);
  if (!Reference.isReference(token) || token.displayName !== 'Arn') return false;
  return CfnResource.isCfnResource(token.target) && typesWithArn.includes(token.target.cfnResourceType);
}
