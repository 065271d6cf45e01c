import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { invalid } from './private/base/invalid';

/** A user pool whose access tokens say which tenant their holder belongs to. */
export interface IAccessTokenIssuer {
  /** Whose keys sign the tokens. */
  readonly userPool: IUserPool;
  /** The app clients whose tokens are accepted, at least one. */
  readonly clients: IUserPoolClient[];
  /** Claim of the access token that holds the tenant's id. */
  readonly tenantClaim: string;
  /** Claim of the access token that holds the name of the tenant's tier. */
  readonly tierClaim: string;
}

/** What a user pool does not say about itself. */
export interface AccessTokenIssuerOptions {
  /** The app clients whose tokens are accepted, at least one. */
  readonly clients: IUserPoolClient[];
  /** Claim of the access token that holds the tenant's id, written only by the pool's own pre-token trigger. */
  readonly tenantClaim: string;
  /** Claim of the access token that holds the name of the tenant's tier. */
  readonly tierClaim: string;
}

/** Issuers that are not a TenantUserPool. */
export class AccessTokenIssuer {
  /**
   * A user pool that has a pre-token trigger (V2_0) of its own.
   *
   * @param userPool the pool, new or imported
   * @param options what the pool does not say about itself
   * @throws when no client is named, or a claim has no name
   */
  public static fromUserPool(userPool: IUserPool, options: AccessTokenIssuerOptions): IAccessTokenIssuer {
    if (options.clients.length === 0) invalid(userPool, 'clients', options.clients, 'at least one app client whose tokens are accepted');
    for (const claim of ['tenantClaim', 'tierClaim'] as const) {
      if (options[claim] === '') invalid(userPool, claim, options[claim], 'the name of a claim of the access token');
    }
    return { userPool, ...options };
  }

  private constructor() {}
}
