import { LeftOut } from '../../assembly/errors';
import type { Clock, Endpoint, Functions, Invocation, Json, JsonObject } from '../../contracts';
import type { AuthorizerDefinition } from './definition';
import type { Exchange } from './exchange';
import { GatewayFailure } from './failure';
import { mapped } from './mapping';
import { requireInvoke } from './permission';
import { evaluate, MalformedPolicy, readPolicy } from './policy';
import { requestEvent } from './proxy-event';
import { javaMatches } from './vtl/java-text';

/** The result of the authorizer's function. */
interface Verdict {
  readonly statements: ReturnType<typeof readPolicy>;
  /** `$context.authorizer`: all values are strings. */
  readonly context: Readonly<Record<string, string>>;
  /** `usageIdentifierKey`: the value of the caller's API key, if the API's key source is the authorizer. */
  readonly usageKey?: string;
}

interface Cached {
  readonly verdict: Verdict;
  /** In milliseconds of the sandbox's clock. */
  readonly until: number;
}

/** Resolves to the API key that the authorizer returns for the caller. */
export type Authorize = (authorizer: AuthorizerDefinition, exchange: Exchange) => Promise<string | undefined>;

/** Documented: "the maximum length of the method's ARN is 1600 bytes". */
const MAXIMUM_ARN = 1600;
const MAXIMUM_CACHED = 100_000;

/**
 * Lambda authorizers. `authorize` sets `$context.authorizer` and returns if the caller may call the method; otherwise it throws the failure
 * that the caller receives. Policies and the API keys returned with them are cached by the values of the identity sources. The permissions
 * and limits of a key are looked up for each request.
 */
export function createAuthorize(parts: { readonly endpoint: Endpoint; readonly functions: Functions; readonly clock: Clock }): Authorize {
  const caches = new Map<string, Map<string, Cached>>();
  const cacheOf = (name: string): Map<string, Cached> => {
    const cache = caches.get(name) ?? new Map<string, Cached>();
    caches.set(name, cache);
    return cache;
  };
  return async (authorizer, exchange) => {
    const { api, stage, request } = exchange;
    const methodArn = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${request.path}`;
    if (Buffer.byteLength(methodArn) > MAXIMUM_ARN) {
      throw new GatewayFailure('DEFAULT_4XX', 'Request URI too long', { status: 414, errorType: 'RequestUriTooLongException' });
    }
    const identity = identityOf(authorizer, exchange);
    const cache = cacheOf(`${api.id}/${stage.name}/${authorizer.id}`);
    const key = identity.length === 1 ? identity[0] : JSON.stringify(identity);
    const now = parts.clock.now();
    let verdict = authorizer.ttl > 0 ? fresh(cache, key, now) : undefined;
    if (!verdict) {
      verdict = await ask(parts, authorizer, exchange, methodArn, identity[0] ?? '');
      if (authorizer.ttl > 0) keep(cache, key, { verdict, until: now + authorizer.ttl * 1000 });
    }
    exchange.context.authorizer = { ...verdict.context };
    const effect = evaluate(verdict.statements, methodArn);
    if (effect !== 'allow') {
      const explicitly = effect === 'deny' ? ' with an explicit deny' : '';
      throw new GatewayFailure('ACCESS_DENIED', `User is not authorized to access this resource${explicitly}`);
    }
    return verdict.usageKey;
  };
}

/** Removes the oldest entry of a full cache, so that a caller with invented tokens can't fill the memory. */
function keep(cache: Map<string, Cached>, key: string, cached: Cached): void {
  const [oldest] = cache.keys();
  if (cache.size >= MAXIMUM_CACHED) cache.delete(oldest);
  cache.set(key, cached);
}

function fresh(cache: Map<string, Cached>, key: string, now: number): Verdict | undefined {
  const cached = cache.get(key);
  if (cached && cached.until > now) return cached.verdict;
  cache.delete(key);
  return undefined;
}

/** The values of the identity sources. Throws UNAUTHORIZED if one is missing: the function is not called then. */
function identityOf(authorizer: AuthorizerDefinition, exchange: Exchange): string[] {
  const values = authorizer.identitySources.map((source) => mapped(source, exchange) ?? '');
  const required = authorizer.type === 'TOKEN' || authorizer.ttl > 0;
  const rejected =
    (required && values.some((value) => value === '')) ||
    (authorizer.validation !== undefined && !javaMatches(values[0], authorizer.validation));
  if (rejected) throw new GatewayFailure('UNAUTHORIZED', 'Unauthorized');
  return values;
}

async function ask(
  { endpoint, functions }: { readonly endpoint: Endpoint; readonly functions: Functions },
  authorizer: AuthorizerDefinition,
  exchange: Exchange,
  methodArn: string,
  token: string,
): Promise<Verdict> {
  const { api } = exchange;
  const sourceArn = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/authorizers/${authorizer.id}`;
  let invocation: Invocation;
  try {
    requireInvoke(endpoint, authorizer.functionArn, sourceArn, authorizer.credentials);
    invocation = await functions.invoke(authorizer.functionArn, eventOf(authorizer, exchange, methodArn, token));
  } catch (error) {
    if (error instanceof LeftOut) throw error;
    throw configurationError((error as Error).message);
  }
  if (invocation.functionError) throw functionFailure(invocation.payload);
  try {
    return verdictOf(invocation.payload);
  } catch (error) {
    if (error instanceof MalformedPolicy) throw configurationError(error.message);
    throw error;
  }
}

function eventOf(authorizer: AuthorizerDefinition, exchange: Exchange, methodArn: string, token: string): JsonObject {
  if (authorizer.type === 'TOKEN') return { type: 'TOKEN', authorizationToken: token, methodArn };
  return { type: 'REQUEST', methodArn, ...requestEvent(exchange) };
}

function configurationError(cause: string): GatewayFailure {
  return new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', null, { cause });
}

/** The error `Unauthorized` returns 401; any other error is an authorizer failure. */
function functionFailure(payload: Json): GatewayFailure {
  const message = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload.errorMessage : payload;
  if (message === 'Unauthorized') return new GatewayFailure('UNAUTHORIZED', 'Unauthorized');
  return new GatewayFailure('AUTHORIZER_FAILURE', null, { cause: String(message) });
}

function verdictOf(payload: Json): Verdict {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw new MalformedPolicy('the result is not an object');
  const { principalId, policyDocument, context, usageIdentifierKey } = payload;
  if (typeof principalId !== 'string' || principalId === '') throw new MalformedPolicy('principalId is not a string');
  const statements = readPolicy(policyDocument);
  const variables: Record<string, string> = { principalId };
  if (context !== undefined && context !== null) {
    if (typeof context !== 'object' || Array.isArray(context)) throw new MalformedPolicy('context is not an object');
    for (const [name, value] of Object.entries(context)) {
      if (value === null) continue;
      if (typeof value === 'object') throw new MalformedPolicy(`context.${name} is not a string, a number or a boolean`);
      variables[name] = String(value);
    }
  }
  if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== 'string') {
    throw new MalformedPolicy('usageIdentifierKey is not a string');
  }
  return { statements, context: { ...variables, principalId }, usageKey: usageIdentifierKey ?? undefined };
}
