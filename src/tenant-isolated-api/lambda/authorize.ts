import { isTenantId } from '../../runtime/tenant-id';
import { type AuthorizerEvent, Rejected, tokenOf } from './authorization-header';
import { keyValue } from './key-value';
import { rejectionLine } from './rejection-line';

/** The claims of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

export interface AuthorizerDependencies {
  /** Rejects with `Rejected` if the token is invalid, and with any other error if the token could not be checked. */
  verify(token: string): Promise<Claims>;
  /** The secret that API key values are derived from. */
  secret(): Promise<string>;
  readonly tenantClaim: string;
  readonly tierClaim: string;
  readonly tiers: readonly string[];
  /** Required scopes by route: `GET /grades/{student}`. */
  readonly routeScopes: Readonly<Record<string, readonly string[]>>;
  /** The dimension of the metrics in log lines. */
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

/** Format of user ids (Cognito's are UUIDs). They are written to a header and to the access log, which may not escape them. */
const USER = /^[\w-]{1,128}$/;

/** API Gateway responds with 401 to an error with exactly this message, and with 500 to any other. */
const UNAUTHORIZED = 'Unauthorized';

/**
 * Authorizes a request by its access token. The policy allows the call unless the token lacks a scope that the route requires. The context
 * identifies the tenant and the user to the backend, and the usage identifier key is the tenant's API key.
 *
 * The policy covers the whole stage, because API Gateway caches it for all methods of the authorizer. Routes that require scopes have an
 * authorizer without a cache, so that their policies are never used for another route.
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

/**
 * Whether a token has all scopes that its route requires. A route with the method ANY applies to all methods without a route of their own.
 */
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
