import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { JwtExpiredError } from 'aws-jwt-verify/error';
import type { Jwks } from 'aws-jwt-verify/jwk';
import type { JsonObject, RunningUserPool, UserPools } from '../../contracts';
import type { CognitoAuthorizerDefinition } from './definition';
import type { Context, Exchange } from './exchange';
import { GatewayFailure } from './failure';
import { mapped } from './mapping';
import { javaMatches } from './vtl/java-text';

/** Sets `$context.authorizer.claims` and returns if the caller may call the method. Throws UNAUTHORIZED otherwise. */
export type AuthorizeByPool = (authorizer: CognitoAuthorizerDefinition, scopes: readonly string[], exchange: Exchange) => Promise<void>;

type Verifier = ReturnType<typeof CognitoJwtVerifier.create>;

/**
 * Verifies tokens of the assembly's own user pools: the signature with the pool's keys, issuer, expiration, and what the method requires.
 * Documented: "Integrate a REST API with an Amazon Cognito user pool": without scopes the token must be an identity token, with scopes an
 * access token that has one of them.
 */
export function createAuthorizeByPool(userPools: UserPools): AuthorizeByPool {
  const verifiers = new WeakMap<CognitoAuthorizerDefinition, Promise<Verifier>>();
  return async (authorizer, scopes, exchange) => {
    const pools = userPools.pools.filter(({ userPoolId }) => authorizer.poolIds.includes(userPoolId));
    const verifier = verifiers.get(authorizer) ?? verifierOf(pools);
    verifiers.set(authorizer, verifier);
    const token = (mapped(authorizer.identitySource, exchange) ?? '').replace(/^Bearer +/i, '');
    const claims = verified(await verifier, token, scopes);
    if (scopes.length === 0 && authorizer.audience !== undefined && !javaMatches(String(claims.aud), authorizer.audience)) {
      throw unauthorized();
    }
    exchange.context.authorizer = { claims: texts(claims) };
  };
}

function verified(verifier: Verifier, token: string, scopes: readonly string[]): JsonObject {
  try {
    const required = scopes.length > 0 ? { tokenUse: 'access' as const, scope: [...scopes] } : { tokenUse: 'id' as const };
    // Tokens expire in this machine's time, not the sandbox's clock.
    return verifier.verifySync(token, required) as unknown as JsonObject;
  } catch (error) {
    throw unauthorized(error instanceof JwtExpiredError ? 'The incoming token has expired' : undefined);
  }
}

function unauthorized(message = 'Unauthorized'): GatewayFailure {
  return new GatewayFailure('UNAUTHORIZED', message);
}

async function verifierOf(pools: readonly RunningUserPool[]): Promise<Verifier> {
  const verifier = CognitoJwtVerifier.create(pools.map(({ userPoolId }) => ({ userPoolId, tokenUse: null, clientId: null })));
  for (const { url, userPoolId } of pools) {
    const response = await fetch(`${url}/${userPoolId}/.well-known/jwks.json`);
    verifier.cacheJwks((await response.json()) as Jwks, userPoolId);
  }
  return verifier;
}

/** Observed: every claim is a string, the members of a list are joined by commas, and `exp` and `iat` are dates in Java's format. */
function texts(claims: JsonObject): Context {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      if (name === 'exp' || name === 'iat') return [name, javaDate(Number(value))];
      return [name, Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

/** `Fri Apr 28 21:57:25 UTC 2017` */
function javaDate(seconds: number): string {
  const [day, date, month, year, time] = new Date(seconds * 1000).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
