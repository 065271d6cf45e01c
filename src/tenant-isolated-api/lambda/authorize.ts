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
  /** Scopes that a token must have, by the routes that need some: `GET /grades/{student}`. */
  readonly routeScopes: Readonly<Record<string, readonly string[]>>;
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
 * Lets the holder of a good token in, as a member of the tenant that it names, on that tenant's key; denies the route where it needs a scope that the
 * token lacks.
 *
 * The answer names the whole stage, because API Gateway caches it and uses it for every method of the same authorizer. Routes that need scopes have an
 * authorizer without a cache, so that what is answered for one of them is used for no other.
 */
export async function authorize(event: AuthorizerEvent, dependencies: AuthorizerDependencies): Promise<Authorization> {
  try {
    const claims = await dependencies.verify(tokenOf(event));
    const { tenantId, tier, userId } = identityOf(claims, dependencies);
    return {
      principalId: userId,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: hasScopes(claims, event, dependencies) ? 'Allow' : 'Deny',
            Action: 'execute-api:Invoke',
            Resource: wholeStage(event.methodArn),
          },
        ],
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

/** Whether a token has all scopes that the route needs; ANY is a route for each method that has none of its own. */
function hasScopes({ scope }: Claims, { httpMethod, resource }: AuthorizerEvent, { routeScopes }: AuthorizerDependencies): boolean {
  const [route] = [`${httpMethod} ${resource}`, `ANY ${resource}`].filter((name) => Object.hasOwn(routeScopes, name));
  if (route === undefined) return true;
  const granted = typeof scope === 'string' ? scope.split(' ') : [];
  return routeScopes[route].every((name) => granted.includes(name));
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/*` */
function wholeStage(methodArn: string): string {
  return `${methodArn.split('/').slice(0, 2).join('/')}/*`;
}
