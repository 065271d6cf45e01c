import { Token } from 'aws-cdk-lib';
import { HttpIntegration, type IResource, type Method } from 'aws-cdk-lib/aws-apigateway';
import type { ApiRouteOptions, IApiTarget } from '../core';
import { deployRoute } from '../core/private/api-deployment';
import { invalid } from '../core/private/base/invalid';
import { acknowledgeAuthorizer } from './acknowledged-findings';

/** Headers in which a service learns whose request it is. Whatever a caller sends under these names is replaced. */
const STAMPED = { 'X-Tenant-Id': 'tenantContextKey', 'X-Tenant-Tier': 'tier', 'X-User-Id': 'userId' } as const;

/**
 * A service behind a route that speaks HTTP: the request goes on under the same path, with the tenant, its tier and the user in headers that overwrite
 * what the caller sent, and the correlation id, which no caller chooses, in `X-Correlation-Id`.
 *
 * Its answers go back as they are: for browsers it names the origin itself, and the headers that pages may read.
 *
 * The service must be reachable only by API Gateway, or verify the token again: a caller that reaches it directly can set these headers.
 */
export class HttpTarget implements IApiTarget {
  /**
   * A service by its address.
   *
   * @param url `https://service.example` with or without a path, to which the route's own is added; `http://localhost` for development
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
   * Adds the method that leads to the service.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals, or ANY
   * @param options how its callers are told from each other
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    const variables = [...resource.path.matchAll(/\{([^{}+]+)\+?\}/g)].map(([, name]) => name);
    const stamped = Object.entries(STAMPED).map(([header, key]) => {
      const name = key === 'tenantContextKey' ? (options.tenantContextKey ?? 'tenantId') : key;
      return [`integration.request.header.${header}`, `context.authorizer.${name}`];
    });
    const path = variables.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]);
    const integration = new HttpIntegration(`${this.url}${resource.path.replaceAll('+}', '}')}`, {
      proxy: true,
      httpMethod,
      options: {
        requestParameters: Object.fromEntries([
          ...path,
          ...stamped,
          ['integration.request.header.X-Correlation-Id', 'context.extendedRequestId'],
        ]),
      },
    });
    const method = resource.addMethod(httpMethod, integration, {
      authorizer: options.authorizer,
      apiKeyRequired: options.apiKeyRequired ?? false,
      requestValidator: options.requestValidator,
      requestParameters: Object.fromEntries(variables.map((name) => [`method.request.path.${name}`, true])),
    });
    deployRoute(method);
    acknowledgeAuthorizer(method);
    return method;
  }
}
