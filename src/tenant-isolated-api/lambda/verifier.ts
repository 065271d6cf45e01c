import { CognitoJwtVerifier } from 'aws-jwt-verify';
import {
  FetchError,
  JwkInvalidKtyError,
  JwkInvalidUseError,
  JwksValidationError,
  JwkValidationError,
  JwtBaseError,
  NonRetryableFetchError,
} from 'aws-jwt-verify/error';
import { fetch } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { Rejected } from './authorization-header';
import type { Claims } from './authorize';

export interface VerifierOptions {
  readonly userPoolId: string;
  readonly clientIds: string[];
}

export interface Verifier {
  /** Verifies a token. Fetches the keys of the pool if they are not cached. */
  verify(token: string): Promise<Claims>;
  /** Fetches the keys of the pool in advance. */
  prepare(): Promise<void>;
}

/**
 * Timeout of one request for the keys of the pool. With 1.5 s, users "were hitting timeouts too often" (release notes of aws-jwt-verify
 * 5.0.0).
 */
const KEYS_TIMEOUT_MS = 3_000;

/**
 * Creates a verifier for access tokens of a user pool: it checks signature (RS256), issuer, client, `token_use`, `exp` and `nbf`. It
 * rejects with `Rejected` if the token is invalid, and with another error if the token could not be checked, for example because the keys
 * are not available.
 */
export function createVerifier({ userPoolId, clientIds }: VerifierOptions): Verifier {
  // The library's own fetcher would retry, which doubles the wait of a request that joins a failed fetch.
  const fetcher = { fetch: (uri: string) => fetch(uri, { responseTimeout: KEYS_TIMEOUT_MS }) };
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, tokenUse: 'access', clientId: clientIds },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
  return {
    prepare: () => verifier.hydrate(),
    async verify(token) {
      rejectUnusual(token);
      try {
        const claims = (await askedTwice(() => verifier.verify(token))) as Claims;
        // The library accepts a token without an expiry.
        if (typeof claims.exp !== 'number') throw new Rejected('the token has no expiry');
        return claims;
      } catch (error) {
        throw judged(error);
      }
    },
  };
}

/**
 * Retries once if the keys could not be fetched. The first fetch may have started during initialization and been lost, because the
 * execution environment is frozen until its first request. A request therefore waits for keys at most twice their timeout.
 */
async function askedTwice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof FetchError) || error instanceof NonRetryableFetchError) throw error;
    return ask();
  }
}

/**
 * Turns an error of the library into `Rejected` if the token is invalid. Missing or invalid keys, and errors in this code, are not the
 * token's fault.
 */
function judged(error: unknown): unknown {
  const keys = [FetchError, JwksValidationError, JwkValidationError, JwkInvalidUseError, JwkInvalidKtyError];
  return error instanceof JwtBaseError && !keys.some((kind) => error instanceof kind) ? new Rejected(reasonOf(error)) : error;
}

/** Rejects tokens with extensions, because none is supported here. Documented: RFC 7515, "crit". */
function rejectUnusual(token: string): void {
  let header: object;
  try {
    header = decomposeUnverifiedJwt(token).header;
  } catch (error) {
    throw judged(error);
  }
  if ('crit' in header || 'b64' in header) throw new Rejected('the token requires an extension');
}

/** The library's message, because bundling changes the names of its classes. It may quote claims, which anyone can forge. */
function reasonOf({ message }: Error): string {
  return message.slice(0, 200);
}
