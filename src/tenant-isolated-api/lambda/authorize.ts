import { isTenantId } from '../../runtime/tenant-id';
import { type AuthorizerEvent, Rejected, tokenOf } from './authorization-header';
import { keyValue } from './key-value';
import { rejectionLine } from './rejection-line';

/** Claims of a token whose signature, issuer, client, use and times were verified. */
export type Claims = Readonly<Record<string, unknown>>;

export interface AuthorizerDependencies {
  /** Rejects with Rejected for a token that is not good, and with anything else where that can't be told. */
  verify(token: string): Promise<Claims>;
  /** What keys are derived from. */
  secret(): Promise<string>;
  readonly tenantClaim: string;
  readonly tierClaim: string;
  readonly tiers: readonly string[];
  /** Names the metrics that lines hold. */
  readonly functionName: string;
  now(): number;
  log(line: object): void;
}

/** Documented: "Output from an API Gateway Lambda authorizer". */
export interface Authorization {
  readonly principalId: string;
  readonly policyDocument: object;
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string;
}

/** Cognito's is a UUID. It stands in a header and in the access log, whose values nobody escapes for sure. */
const USER = /^[\w-]{1,128}$/;

/** API Gateway answers 401 to exactly this message, and 500 to any other. */
const UNAUTHORIZED = 'Unauthorized';

/**
 * Lets the holder of a good token in, as a member of the tenant that it names, on that tenant's key.
 *
 * The answer is kept by API Gateway and used for every method, so that it speaks of the whole stage.
 */
export async function authorize(event: AuthorizerEvent, dependencies: AuthorizerDependencies): Promise<Authorization> {
  try {
    const claims = await dependencies.verify(tokenOf(event));
    const { tenantId, tier, userId } = identityOf(claims, dependencies);
    return {
      principalId: userId,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: wholeStage(event.methodArn) }],
      },
      context: { tenantId, tier, userId },
      usageIdentifierKey: keyValue(await dependencies.secret(), tenantId),
    };
  } catch (error) {
    dependencies.log(rejectionLine(error, event, dependencies.functionName, dependencies.now()));
    throw new Error(error instanceof Rejected ? UNAUTHORIZED : 'The token could not be verified');
  }
}

function identityOf(
  claims: Claims,
  { tenantClaim, tierClaim, tiers }: AuthorizerDependencies,
): { tenantId: string; tier: string; userId: string } {
  const { [tenantClaim]: tenantId, [tierClaim]: tier, sub } = claims;
  if (!isTenantId(tenantId)) throw new Rejected('no tenant in the token');
  if (typeof tier !== 'string' || !tiers.includes(tier)) throw new Rejected('no tier in the token');
  if (typeof sub !== 'string' || !USER.test(sub)) throw new Rejected('no user in the token');
  return { tenantId, tier, userId: sub };
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/*` */
function wholeStage(methodArn: string): string {
  return `${methodArn.split('/').slice(0, 2).join('/')}/*`;
}
