import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwtBaseError } from 'aws-jwt-verify/error';
import { Problem } from './problem';

export type Claims = Readonly<Record<string, unknown>>;

export interface Verifier {
  /** @throws Problem with 401 for an invalid token, and with 503 if the keys of the user pool are not available */
  verify(token: string): Promise<Claims>;
  /** Fetches the keys of the user pool. */
  prepare(): Promise<void>;
}

/** Verifies access tokens of the app clients of a user pool: signature, issuer, client, use and expiry. */
export function createVerifier({
  userPoolId,
  clientIds,
}: {
  readonly userPoolId: string;
  readonly clientIds: readonly string[];
}): Verifier {
  const verifier = CognitoJwtVerifier.create({ userPoolId, tokenUse: 'access', clientId: [...clientIds] });
  return {
    prepare: () => verifier.hydrate(),
    async verify(token) {
      try {
        const claims: Claims = { ...(await verifier.verify(token)) };
        // The library accepts a token without an expiry.
        if (typeof claims.exp !== 'number') throw new Problem(401, 'The token has no expiry.');
        return claims;
      } catch (error) {
        if (error instanceof FetchError) throw new Problem(503, 'The keys of the user pool are not available.');
        if (error instanceof JwtBaseError) throw new Problem(401, 'The token is invalid or expired.');
        throw error;
      }
    },
  };
}
