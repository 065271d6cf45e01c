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
  /** Fetches the pool's keys where they are not here yet. */
  verify(token: string): Promise<Claims>;
  /** Fetches them before the first token comes. */
  prepare(): Promise<void>;
}

/** For one answer with the keys of the pool. Release notes of aws-jwt-verify 5.0.0: users "were hitting timeouts too often" with 1.5 s. */
const KEYS_TIMEOUT_MS = 3_000;

/**
 * Verifies access tokens of a user pool: signature (RS256), issuer, client, `token_use`, expiry and beginning. Rejects with Rejected for a token that is
 * not good, and with another error where that can't be told: without the keys nothing can be told of a token, and that is no fault of its holder.
 */
export function createVerifier({ userPoolId, clientIds }: VerifierOptions): Verifier {
  // Without the retry of the library's own fetcher: it would double the wait of a request that joins one that was lost.
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
        // The library takes a token that never ends.
        if (typeof claims.exp !== 'number') throw new Rejected('the token never ends');
        return claims;
      } catch (error) {
        throw judged(error);
      }
    },
  };
}

/**
 * Asks for the keys once more where they did not come. The first time may be one that was begun while the environment started: the environment is frozen
 * between its start and its first request, and what it waited for is lost then. So a request waits for keys at most twice their timeout.
 */
async function askedTwice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof FetchError) || error instanceof NonRetryableFetchError) throw error;
    return ask();
  }
}

/** A rejection where the token is to blame. Keys that are out of reach, or are none, are no fault of its holder, and neither is a mistake of this code. */
function judged(error: unknown): unknown {
  const keys = [FetchError, JwksValidationError, JwkValidationError, JwkInvalidUseError, JwkInvalidKtyError];
  return error instanceof JwtBaseError && !keys.some((kind) => error instanceof kind) ? new Rejected(reasonOf(error)) : error;
}

/** Documented: RFC 7515, "crit": an extension that is not supported must be rejected, and none is supported here. */
function rejectUnusual(token: string): void {
  let header: object;
  try {
    header = decomposeUnverifiedJwt(token).header;
  } catch (error) {
    throw judged(error);
  }
  if ('crit' in header || 'b64' in header) throw new Rejected('the token asks for an extension');
}

/** The library's message: the names of its classes are lost when they are bundled. It may quote claims of the token, which anybody can write. */
function reasonOf({ message }: Error): string {
  return message.slice(0, 200);
}
