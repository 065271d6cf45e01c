import { invalid } from '../core/private/base/invalid';
import { checkReason } from '../core/private/reason';

/** Who may call a route. */
export class RouteAuthorization {
  /** Whoever has a token of the API's issuer, at the rate of the tenant that the token names. */
  public static token(): RouteAuthorization {
    return new RouteAuthorization({ scopes: [] });
  }

  /**
   * Whoever has such a token, and all of these scopes in it; anybody else is answered with 403. Each request to the route asks the authorizer: what is
   * cached of other routes says nothing about scopes.
   *
   * @param scopes as the token's claim `scope` has them: `grades/write`
   * @throws when there is none, or one could not be in a claim
   */
  public static tokenWithScopes(...scopes: string[]): RouteAuthorization {
    if (scopes.length === 0) invalid('RouteAuthorization', 'scopes', scopes, 'at least one scope: RouteAuthorization.token() needs none');
    for (const scope of scopes) {
      // Documented: RFC 6749, section 3.3, scope-token.
      if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope))
        invalid('RouteAuthorization', 'scopes', scope, 'printable ASCII without blanks, quotes and backslashes');
    }
    return new RouteAuthorization({ scopes });
  }

  /**
   * Anybody, without a token, at no tenant's rate: for a health check, or a webhook that proves itself otherwise. What stands behind the route knows no
   * tenant. Give it a `throttle`: only the firewall and the account's limit hold callers otherwise.
   *
   * @param reason why anybody may call it; reviewers read it where rule packs ask for an authorizer
   * @throws when the reason is blank
   */
  public static anyone(reason: string): RouteAuthorization {
    checkReason('RouteAuthorization', reason);
    return new RouteAuthorization({ anyone: reason });
  }

  private constructor(
    /** @internal */
    public readonly _setting: { readonly scopes: readonly string[] } | { readonly anyone: string },
  ) {}
}
