import { invalid } from '../core/private/base/invalid';
import { checkReason } from '../core/private/reason';

/** Defines who may call a route. */
export class RouteAuthorization {
  /** Callers with a token of the API's issuer, limited to the rate of the tenant that the token names. */
  public static token(): RouteAuthorization {
    return new RouteAuthorization({ scopes: [] });
  }

  /**
   * Callers with such a token that has all of these scopes; others get a 403. The authorizer decides on every request to the route,
   * because decisions that are cached for other routes do not include scopes.
   *
   * @param scopes scopes as they are in the token's claim `scope`: `grades/write`
   * @throws when there is no scope, or a scope has characters that OAuth does not allow
   */
  public static tokenWithScopes(...scopes: string[]): RouteAuthorization {
    if (scopes.length === 0) invalid('RouteAuthorization', 'scopes', scopes, 'at least one scope: RouteAuthorization.token() needs none');
    for (const scope of scopes) {
      // Documented: RFC 6749, section 3.3, scope-token.
      if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope))
        invalid('RouteAuthorization', 'scopes', scope, 'printable ASCII without spaces, quotes and backslashes');
    }
    return new RouteAuthorization({ scopes });
  }

  /**
   * Anyone, without a token and without a tenant's rate limit: for a health check, or for a webhook that authenticates its callers in
   * another way. The target does not get a tenant. Give the route a `throttle`: otherwise only the firewall and the account's limit
   * apply.
   *
   * @param reason why anyone may call the route: the reason in reports of rule packs that expect an authorizer
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
