import { Token } from 'aws-cdk-lib';
import type { IResource, Method } from 'aws-cdk-lib/aws-apigateway';
import type { ApiRoute, ApiRouteOptions, ApiTargetConfig, IApiTarget } from '../core';
import { addRouteTo } from '../core/private/api-method';
import { invalid } from '../core/private/base/invalid';
import { bindService } from '../core/private/service-integration';

/**
 * An HTTP service as the target of routes. It gets the request under the same path, with tenant, tier and user in headers that overwrite
 * what the caller sent, and with a correlation id that callers cannot choose in `X-Correlation-Id`.
 *
 * Responses are returned unchanged: for browsers the service must set the CORS headers itself.
 *
 * The service must be reachable only by API Gateway, or verify the token again: a caller that reaches it directly can set these headers.
 */
export class HttpTarget implements IApiTarget {
  /**
   * A service by its address.
   *
   * @param url `https://service.example`, with or without a path, to which the route's path is appended; `http://localhost` for development
   * @throws when it is not https, or has a query or a fragment
   */
  public static of(url: string): HttpTarget {
    const local = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/[^?#{}]*)?$/;
    if (!Token.isUnresolved(url) && !/^https:\/\/[^/?#{}]+(\/[^?#{}]*)?$/.test(url) && !local.test(url)) {
      invalid('HttpTarget', 'url', url, 'https://… or http://localhost…, without a query, a fragment or variables');
    }
    return new HttpTarget(url.replace(/\/$/, ''));
  }

  private constructor(private readonly url: string) {}

  /**
   * Returns the integration of the service.
   *
   * @param route the route that leads here
   * @throws when the route needs no token: callers could then set the headers from which the service takes the tenant
   */
  public bind(route: ApiRoute): ApiTargetConfig {
    return bindService('HttpTarget', this.url, route);
  }

  /**
   * Adds a method that leads to the service to any RestApi, with any authorizer that names the tenant.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals, or ANY
   * @param options the authorizer, and the key of its context that holds the tenant
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    return addRouteTo(resource, httpMethod, this, options);
  }
}
