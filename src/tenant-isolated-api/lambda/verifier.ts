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
  /**
   * Milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: () => number;
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

/** Minimum time between two fetches of the keys because of unknown key ids, which anyone can send. */
const FETCH_INTERVAL_MS = 1_000;
/**
 * How much earlier than a fetch of the keys a token must have been issued for its key to be certainly among them: `iat` has whole seconds,
 * and clocks differ.
 */
const ISSUED_BEFORE_MS = 2_000;

/**
 * Creates a verifier for access tokens of a user pool: it checks signature (RS256), issuer, client, `token_use`, `exp` and `nbf`. It
 * rejects with `Rejected` if the token is invalid, and with another error if the token could not be checked, for example because the keys
 * are not available.
 */
export function createVerifier({ userPoolId, clientIds, now = Date.now }: VerifierOptions): Verifier {
  const fetches = new KeyFetches(now);
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, tokenUse: 'access', clientId: clientIds },
    { jwksCache: new SimpleJwksCache({ fetcher: fetches, penaltyBox: fetches }) },
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
        if (error instanceof FetchedRecently && fetches.hadKeyOf(token)) throw new Rejected(reasonOf(error));
        throw judged(error);
      }
    },
  };
}

/** Thrown for a token of an unknown key, if the keys were fetched too recently to be fetched again. */
class FetchedRecently extends Error {}

/**
 * Fetches the keys of the pool, for unknown key ids only from time to time.
 *
 * The library's own limit rejects every token of an unknown key for 10 s after somebody has sent one, even a valid token of a new key. Here,
 * such a token is invalid only if it was issued before the last fetch, because its key would have been among those keys. Otherwise it is not
 * decided.
 */
class KeyFetches {
  private fetchedAt: number | undefined;
  private unknownAt: number | undefined;

  constructor(private readonly now: () => number) {}

  /** The library's own fetcher would retry, which doubles the wait of a request that joins a failed fetch. */
  async fetch(uri: string): Promise<ArrayBuffer> {
    const startedAt = this.now();
    const keys = await fetch(uri, { responseTimeout: KEYS_TIMEOUT_MS });
    this.fetchedAt = startedAt;
    return keys;
  }

  /** Called before a fetch. Without keys, each request may fetch them. */
  async wait(): Promise<void> {
    if (this.fetchedAt === undefined) return;
    const now = this.now();
    const since = this.unknownAt === undefined ? FETCH_INTERVAL_MS : now - this.unknownAt;
    // A negative time: the clock was set back.
    if (since >= 0 && since < FETCH_INTERVAL_MS)
      throw new FetchedRecently('the key is not among those of the pool, which were just fetched');
    this.unknownAt = now;
  }

  registerFailedAttempt(): void {}

  registerSuccessfulAttempt(): void {}

  /** Whether a valid token with these claims would have its key among those of the last fetch. */
  hadKeyOf(token: string): boolean {
    const { iat } = decomposeUnverifiedJwt(token).payload;
    // Cognito's tokens say when they were issued.
    return typeof iat !== 'number' || (this.fetchedAt !== undefined && iat * 1_000 <= this.fetchedAt - ISSUED_BEFORE_MS);
  }
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
