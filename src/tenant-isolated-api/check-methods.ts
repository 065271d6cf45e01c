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

/** What of a method decides who gets in. */
interface Entry {
  readonly HttpMethod?: string;
  readonly AuthorizationType?: string;
  readonly AuthorizerId?: unknown;
  readonly ApiKeyRequired?: boolean;
  readonly Integration?: { readonly Type?: string };
}

/**
 * Warns of methods of the API that let anybody in, of those that let a tenant in without its key, and of those that its deployment does not take up:
 * methods that were added past `addRoute`, in whichever stack of the app. What browsers ask before a request is answered by the template itself, and
 * needs neither.
 *
 * @returns from the check: that there is no method at all
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
    return [invalidText(scope, 'routes', undefined, "at least one, or API Gateway can't deploy the API: api.addRoute('GET /…', target)")];
  });
}

/** The construct that made it; itself, where it was made below them. */
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
      `${name} has no authorizer: anybody may call it, at no tenant's rate. Use api.addRoute(…), with RouteAuthorization.anyone('<reason>') where that is intended, or give addMethod { authorizer: api.authorizer, apiKeyRequired: true }.`,
      'why anybody may call it',
    );
  } else if (own.some((authorizer) => refersTo(resource, AuthorizerId, authorizer.ref, authorizer)) && !ApiKeyRequired) {
    warnLate(
      method,
      'methodWithoutKey',
      `${name} needs no key: its callers are held to no tenant's rate, and those of a suspended tenant get in as long as their tokens last. Use api.addRoute(…), or give addMethod { apiKeyRequired: true }.`,
      'why no rate and no suspension hold',
    );
  }
}
