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

/** The roles of tenants, of this app and imported ones. */
const tenantRoles = new WeakSet<IPrincipal>();

/** Marks a role whose sessions are tenants': it must open no sessions. */
export function markTenantRole(role: IPrincipal): void {
  tenantRoles.add(role);
}

/**
 * All session openers in one statement of the trust policy: the default quota is 2,048 characters, and with one statement each, three would
 * fill it.
 */
export class SessionOpeners extends PrincipalBase {
  private readonly openers: IPrincipal[] = [];

  constructor(private readonly statement: PolicyStatement) {
    super();
  }

  /**
   * Adds a role or a user. Adding the same one again has no effect.
   *
   * @param property name of the prop for error messages
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

/** Rejects a session opener that may be more than one role or one user, because that could open any tenant's session. */
function checkSessionOpener(scope: IConstruct, property: string, principal: IPrincipal): void {
  // Its ARN is a single token, so only the class tells.
  if (principal instanceof AccountPrincipal) invalidOpener(scope, property, 'a whole account');
  if (tenantRoles.has(principal)) {
    invalid(
      scope,
      property,
      principal,
      "a role that is no TenantRole, because a tenant's session could open the session of any other tenant: name the role that opens it",
    );
  }
  const { principalJson, conditions } = fragmentOf(scope, property, principal);
  for (const [kind, names] of Object.entries(principalJson)) {
    for (const name of names) {
      const text = withTokensMarked(name);
      if (kind !== 'AWS') invalidOpener(scope, property, text.includes('<token>') ? String(principal) : text);
      const isOne = text === '<token>' ? isArnOfRoleOrUser(name) : roleOrUser.test(text) && !text.includes('*');
      if (!isOne) invalidOpener(scope, property, text);
    }
  }
  // The conditions would apply to every opener, because the trust policy has one statement.
  if (Object.keys(conditions).length > 0) {
    invalid(scope, property, conditions, 'a principal without conditions of its own, because they would apply to every session opener');
  }
}

function invalidOpener(scope: IConstruct, property: string, opener: string): never {
  return invalid(
    scope,
    property,
    opener,
    "one role or one user, because it can open the session of any tenant: a construct, or a role imported by its name, Role.fromRoleName(this, 'SessionOpener', name)",
  );
}

function fragmentOf(scope: IConstruct, property: string, principal: IPrincipal): PrincipalPolicyFragment {
  try {
    return principal.policyFragment;
  } catch (error) {
    return invalid(scope, property, principal.constructor, `a role or a user that a policy can name (${(error as Error).message})`);
  }
}

/** Replaces each part that is only known at deployment with `<token>`. */
function withTokensMarked(name: string): string {
  const parts = Tokenization.reverseString(name).mapTokens({ mapToken: () => '<token>' });
  return parts.join({ join: (left, right) => `${left ?? ''}${right ?? ''}` });
}

/** Whether a token is the attribute `Arn` of a role or a user of this app. */
function isArnOfRoleOrUser(name: string): boolean {
  const token = Tokenization.reverseCompleteString(name);
  if (!Reference.isReference(token) || token.displayName !== 'Arn') return false;
  return CfnResource.isCfnResource(token.target) && typesWithArn.includes(token.target.cfnResourceType);
}
