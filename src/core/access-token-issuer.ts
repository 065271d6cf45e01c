import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { invalid } from './private/base/invalid';
import { having, listOf, STRING } from './private/base/kinds';
import { checkProps, type PropKinds, required } from './private/base/props';

/** The issuer of accepted access tokens: a user pool whose tokens have claims with tenant and tier. */
export interface IAccessTokenIssuer {
  /** The user pool that issues the tokens. */
  readonly userPool: IUserPool;
  /** The app clients whose tokens are accepted, at least one. */
  readonly clients: IUserPoolClient[];
  /** Claim of the access token that holds the tenant's id. */
  readonly tenantClaim: string;
  /** Claim of the access token that holds the name of the tenant's tier. */
  readonly tierClaim: string;
}

/** How to read the tokens of a user pool. */
export interface AccessTokenIssuerOptions {
  /** The app clients whose tokens are accepted, at least one. */
  readonly clients: IUserPoolClient[];
  /** Claim of the access token that holds the tenant's id, written only by the pool's own pre-token trigger. */
  readonly tenantClaim: string;
  /** Claim of the access token that holds the name of the tenant's tier. */
  readonly tierClaim: string;
}

/** Creates issuers of access tokens from user pools other than TenantUserPool. */
export class AccessTokenIssuer {
  /**
   * A user pool with a pre token generation trigger (V2_0) of your own.
   *
   * @param userPool the pool, new or imported
   * @param options app clients and names of claims
   * @throws when there is no client, or the name of a claim is empty
   */
  public static fromUserPool(userPool: IUserPool, options: AccessTokenIssuerOptions): IAccessTokenIssuer {
    checkProps(userPool, options, OPTIONS);
    if (options.clients.length === 0) invalid(userPool, 'clients', options.clients, 'at least one app client whose tokens are accepted');
    for (const claim of ['tenantClaim', 'tierClaim'] as const) {
      if (options[claim] === '') invalid(userPool, claim, options[claim], 'the name of a claim of the access token');
    }
    return { userPool, ...options };
  }

  private constructor() {}
}

const OPTIONS: PropKinds<AccessTokenIssuerOptions> = {
  clients: required(listOf(having<IUserPoolClient>('', 'userPoolClientId'), 'a list of app clients: [userPool.addClient(…)]')),
  tenantClaim: required(STRING),
  tierClaim: required(STRING),
};
