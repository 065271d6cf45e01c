import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError } from 'aws-jwt-verify/error';
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

/**
 * Verifies access tokens of a user pool: signature (RS256), issuer, client, `token_use`, expiry and beginning. Rejects with Refused for a token that is
 * not good, and with another error where that can't be told: without the keys nothing can be told of a token, and that is no fault of its holder.
 */
export function createVerifier({ userPoolId, clientIds }: VerifierOptions): Verifier {
  const verifier = CognitoJwtVerifier.create({ userPoolId, tokenUse: 'access', clientId: clientIds });
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
        if (error instanceof FetchError || error instanceof Refused) throw error;
        throw new Refused(reasonOf(error));
      }
    },
  };
}

/** Documented: RFC 7515, "crit": what is not understood must be refused, and nothing here is. */
function refuseUnusual(token: string): void {
  let header: object;
  try {
    header = decomposeUnverifiedJwt(token).header;
  } catch (error) {
    throw new Refused(reasonOf(error));
  }
  if ('crit' in header || 'b64' in header) throw new Refused('the token asks for an extension');
}

/** The library's message: the names of its classes are lost when they are bundled. It may quote claims of the token, which anybody can write. */
function reasonOf(error: unknown): string {
  return (error as Error).message.slice(0, 200);
}
