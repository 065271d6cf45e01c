import type { CfnResource } from 'aws-cdk-lib';
import { Method, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { warnOfOtherStack } from '../core/private/api-deployment';
import { methodsOfApi } from '../core/private/api-parts';
import { checkAtSynthesis } from '../core/private/app-resources';
import { invalidText } from '../core/private/base/invalid';
import { refersTo, synthesized } from '../core/private/base/synthesized';
import { warnLate } from '../core/private/late-warning';
import type { ApiRoutes } from './routes';

/** The properties of a method that decide who may call it. */
interface Entry {
  readonly HttpMethod?: string;
  readonly AuthorizationType?: string;
  readonly AuthorizerId?: unknown;
  readonly ApiKeyRequired?: boolean;
  readonly Integration?: { readonly Type?: string };
}

/**
 * Warns of methods that were added without `addRoute`, in any stack of the app, and that anyone may call, that need no API key, or that
 * the deployment does not include. CORS preflight methods are responses of the template itself and need neither authorizer nor key.
 *
 * @returns nothing; at synthesis, an API without any method is an error
 */
export function checkMethods(scope: IConstruct, restApi: RestApi, routes: ApiRoutes): void {
  checkAtSynthesis(scope, (app) => {
    const own = routes.authorizers.map(({ node }) => node.defaultChild as CfnResource);
    const methods = methodsOfApi(app, restApi);
    for (const resource of methods) {
      const method = methodOf(resource);
      if (!(method instanceof Method && routes.isOpen(method))) checkMethod(resource, own);
      warnOfOtherStack(method, restApi);
    }
    if (methods.length > 0) return [];
    return [
      invalidText(
        scope,
        'routes',
        undefined,
        "at least one, because API Gateway cannot deploy an API without methods: api.addRoute('GET /…', target)",
      ),
    ];
  });
}

/** The L2 construct of the method, or the resource itself if it was created as an L1. */
function methodOf(resource: CfnResource): IConstruct {
  const { scope } = resource.node;
  return scope instanceof Method ? scope : resource;
}

function checkMethod(resource: CfnResource, own: readonly CfnResource[]): void {
  const {
    HttpMethod,
    AuthorizationType = 'NONE',
    AuthorizerId,
    ApiKeyRequired = false,
    Integration,
  } = synthesized(resource).properties as Entry;
  const method = methodOf(resource);
  const name = `${method.node.path}: ${HttpMethod}${method instanceof Method ? ` ${method.resource.path}` : ''}`;
  if (AuthorizationType === 'NONE') {
    if (HttpMethod === 'OPTIONS' && Integration?.Type === 'MOCK') return;
    warnLate(
      method,
      'methodWithoutAuthorizer',
      `${name} has no authorizer: anyone may call it, without a tenant's rate limit. Use api.addRoute(…), with RouteAuthorization.anyone('<reason>') if that is intended, or pass { authorizer: api.authorizer, apiKeyRequired: true } to addMethod.`,
      'why anyone may call it',
    );
  } else if (own.some((authorizer) => refersTo(resource, AuthorizerId, authorizer.ref, authorizer)) && !ApiKeyRequired) {
    warnLate(
      method,
      'methodWithoutKey',
      `${name} needs no API key: no tenant's rate limit applies, and users of a suspended tenant can call it until their tokens expire. Use api.addRoute(…), or pass { apiKeyRequired: true } to addMethod.`,
      'why rate limits and suspensions need not apply',
    );
  }
}
