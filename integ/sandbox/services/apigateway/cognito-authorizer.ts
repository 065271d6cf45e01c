import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type { JsonObject, RunningUserPool, UserPools } from '../../contracts';
import type { CognitoAuthorizerDefinition } from './definition';
import type { Context, Exchange } from './exchange';
import { GatewayFailure } from './failure';
import { mapped } from './mapping';
import { javaMatches } from './vtl/java-text';

/** Returns when the caller may call the method, with the token's claims in `$context.authorizer.claims`. */
export type AuthorizeByPool = (authorizer: CognitoAuthorizerDefinition, scopes: readonly string[], exchange: Exchange) => Promise<void>;

interface Token {
  readonly kid: string;
  readonly signed: string;
  readonly signature: Buffer;
  readonly claims: JsonObject;
}

/**
 * Verifies tokens of the assembly's own user pools: the signature against the pool's keys, issuer, end, and what the method asks for. Documented:
 * "Integrate a REST API with an Amazon Cognito user pool": without scopes the token is an identity token, with scopes it is an access token that
 * has one of them.
 */
export function createAuthorizeByPool(userPools: UserPools): AuthorizeByPool {
  const keys = new Map<string, Promise<ReadonlyMap<string, KeyObject>>>();
  const keysOf = (pool: RunningUserPool) => {
    const known = keys.get(pool.userPoolId) ?? fetchKeys(pool);
    keys.set(pool.userPoolId, known);
    return known;
  };
  return async (authorizer, scopes, exchange) => {
    const token = read(mapped(authorizer.identitySource, exchange) ?? '');
    const pool = userPools.pools.find(({ issuer, userPoolId }) => issuer === token?.claims.iss && authorizer.poolIds.includes(userPoolId));
    if (token === undefined || pool === undefined) throw unauthorized();
    const key = (await keysOf(pool)).get(token.kid);
    if (key === undefined || !verify('RSA-SHA256', Buffer.from(token.signed), key, token.signature)) throw unauthorized();
    // Tokens of a pool end by this machine's time.
    if (Number(token.claims.exp) * 1000 <= Date.now()) throw unauthorized('The incoming token has expired');
    check(token.claims, authorizer, scopes);
    exchange.context.authorizer = { claims: texts(token.claims) };
  };
}

function check({ token_use: use, aud, scope }: JsonObject, { audience }: CognitoAuthorizerDefinition, scopes: readonly string[]): void {
  if (use !== (scopes.length > 0 ? 'access' : 'id')) throw unauthorized();
  if (scopes.length > 0) {
    const granted = String(scope ?? '').split(' ');
    if (!scopes.some((one) => granted.includes(one))) throw unauthorized();
  } else if (audience !== undefined && !javaMatches(String(aud), audience)) {
    throw unauthorized();
  }
}

function unauthorized(message = 'Unauthorized'): GatewayFailure {
  return new GatewayFailure('UNAUTHORIZED', message);
}

function read(sent: string): Token | undefined {
  const [, header, payload, signature] = /^(?:Bearer +)?([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(sent) ?? [];
  try {
    const { alg, kid } = parse(header);
    if (alg !== 'RS256') return undefined;
    return { kid: String(kid), signed: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url'), claims: parse(payload) };
  } catch {
    return undefined;
  }
}

function parse(part: string): JsonObject {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonObject;
}

async function fetchKeys({ url, userPoolId }: RunningUserPool): Promise<ReadonlyMap<string, KeyObject>> {
  const response = await fetch(`${url}/${userPoolId}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: (JsonWebKey & { kid: string })[] };
  return new Map(keys.map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]));
}

/** Observed: every claim is text, a list's members are joined by commas, and `exp` and `iat` are dates as Java writes them. */
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
