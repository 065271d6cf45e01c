import { HttpIntegration, type IntegrationOptions } from 'aws-cdk-lib/aws-apigateway';
import type { ApiRoute, ApiTargetConfig } from '../api-target';
import { invalid } from './base/invalid';

/**
 * The integration of an HTTP service that takes the caller's identity from headers: what the authorizer says overwrites what the caller sent, and the
 * correlation id is one that callers cannot choose.
 *
 * @param name what the target is, for messages: `HttpTarget`
 * @param url without a slash at its end; the route's path is appended
 * @throws when the route needs no token: callers could then set the headers themselves
 */
export function bindService(name: string, url: string, route: ApiRoute, options: IntegrationOptions = {}): ApiTargetConfig {
  const { restApi, httpMethod, path, tenantContextKey } = route;
  if (tenantContextKey === undefined) {
    invalid(
      restApi,
      'authorization',
      `${httpMethod} ${path}`,
      `a route that needs a token: a service behind ${name} takes the tenant from headers, which any caller could set without one`,
    );
  }
  const variables = [...path.matchAll(/\{([^{}+]+)\+?\}/g)].map(([, variable]) => variable);
  const stamped = { 'X-Tenant-Id': tenantContextKey, 'X-Tenant-Tier': 'tier', 'X-User-Id': 'userId' };
  const integration = new HttpIntegration(`${url}${path.replaceAll('+}', '}')}`, {
    proxy: true,
    httpMethod,
    options: {
      ...options,
      requestParameters: Object.fromEntries([
        ...variables.map((variable) => [`integration.request.path.${variable}`, `method.request.path.${variable}`]),
        ...Object.entries(stamped).map(([header, key]) => [`integration.request.header.${header}`, `context.authorizer.${key}`]),
        ['integration.request.header.X-Correlation-Id', 'context.extendedRequestId'],
      ]),
    },
  });
  return {
    integration,
    contextKeys: ['tier', 'userId'],
    requestParameters: Object.fromEntries(variables.map((variable) => [`method.request.path.${variable}`, true])),
  };
}
