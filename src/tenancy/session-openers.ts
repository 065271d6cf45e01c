import { CfnResource, Reference, Tokenization } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  CompositePrincipal,
  type IPrincipal,
  type PolicyDocument,
  type PolicyStatement,
  PrincipalBase,
  type PrincipalPolicyFragment,
} from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';

const roleOrUser = /^arn:[^:]+:iam:[^:]*:(\d{12}|<token>):(role|user)\/[!-~]+$/;
const typesWithArn = ['AWS::IAM::Role', 'AWS::IAM::User'];

/** All session openers in one statement: a trust policy holds 2,048 characters, and a statement for each would fill it with the third. */
export class SessionOpeners extends PrincipalBase {
  private readonly openers: IPrincipal[] = [];

  constructor(private readonly statement: PolicyStatement) {
    super();
  }

  /**
   * Adds a role or a user. The same one twice is the same as once.
   *
   * @param property where it stands, for the message
   */
  public add(scope: IConstruct, property: string, opener: IPrincipal): void {
    checkSessionOpener(scope, property, opener);
    this.openers.push(opener);
    this.statement.addPrincipals(opener);
  }

  public get isEmpty(): boolean {
    return this.openers.length === 0;
  }

  public get policyFragment(): PrincipalPolicyFragment {
    return new CompositePrincipal(...this.openers).policyFragment;
  }

  public override dedupeString(): string | undefined {
    return undefined;
  }

  public override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(this.statement);
  }
}

/** Rejects a session opener that is not certainly one role or one user: whatever is wider could become any tenant. */
function checkSessionOpener(scope: IConstruct, property: string, principal: IPrincipal): void {
  // Its ARN is one token, so that only the class shows it.
  if (principal instanceof AccountPrincipal) invalidOpener(scope, property, 'a whole account');
  const { principalJson, conditions } = fragmentOf(scope, property, principal);
  for (const [kind, names] of Object.entries(principalJson)) {
    for (const name of names) {
      const text = withTokensMarked(name);
      if (kind !== 'AWS') invalidOpener(scope, property, text.includes('<token>') ? String(principal) : text);
      const isOne = text === '<token>' ? isArnOfRoleOrUser(name) : roleOrUser.test(text) && !text.includes('*');
      if (!isOne) invalidOpener(scope, property, text);
    }
  }
  // They would be conditions on every opener: the trust is one statement.
  if (Object.keys(conditions).length > 0) {
    invalid(scope, property, conditions, 'no conditions of its own: who opens a session is decided by the role that trusts it alone');
  }
}

function invalidOpener(scope: IConstruct, property: string, opener: string): never {
  return invalid(
    scope,
    property,
    opener,
    "one role or one user, because anything wider could become any tenant: a construct, or an ARN that shows what it is, as Role.fromRoleName(this, 'SessionOpener', name) makes it",
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
