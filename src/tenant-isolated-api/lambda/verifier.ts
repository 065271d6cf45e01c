import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwksValidationError, JwkValidationError, JwtBaseError } from 'aws-jwt-verify/error';
import { SimpleFetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { Refused } from './authorization-header';
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

/** For the keys of the pool, in milliseconds; the library asks once more. */
const PATIENCE = 1_500;

/**
 * Verifies access tokens of a user pool: signature (RS256), issuer, client, `token_use`, expiry and beginning. Rejects with Refused for a token that is
 * not good, and with another error where that can't be told: without the keys nothing can be told of a token, and that is no fault of its holder.
 */
export function createVerifier({ userPoolId, clientIds }: VerifierOptions): Verifier {
  const fetcher = new SimpleFetcher({ defaultRequestOptions: { responseTimeout: PATIENCE } });
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, tokenUse: 'access', clientId: clientIds },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
  return {
    prepare: () => verifier.hydrate(),
    async verify(token) {
      refuseUnusual(token);
      try {
        const claims = (await verifier.verify(token)) as Claims;
        // The library takes a token that never ends.
        if (typeof claims.exp !== 'number') throw new Refused('the token never ends');
        return claims;
      } catch (error) {
        throw judged(error);
      }
    },
  };
}

/** A refusal where the token is to blame. Keys that are out of reach, or are none, are no fault of its holder, and neither is a mistake of this code. */
function judged(error: unknown): unknown {
  const keys = [FetchError, JwksValidationError, JwkValidationError];
  return error instanceof JwtBaseError && !keys.some((kind) => error instanceof kind) ? new Refused(reasonOf(error)) : error;
}

/** Documented: RFC 7515, "crit": what is not understood must be refused, and nothing here is. */
function refuseUnusual(token: string): void {
  let header: object;
  try {
    header = decomposeUnverifiedJwt(token).header;
  } catch (error) {
    throw judged(error);
  }
  if ('crit' in header || 'b64' in header) throw new Refused('the token asks for an extension');
}

/** The library's message: the names of its classes are lost when they are bundled. It may quote claims of the token, which anybody can write. */
function reasonOf({ message }: Error): string {
  return message.slice(0, 200);
}
