import type { CfnResource } from 'aws-cdk-lib';
import { Method, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { warnOfOtherStack } from '../core/private/api-deployment';
import { methodsOfApi } from '../core/private/api-parts';
import { checkAtSynthesis } from '../core/private/app-resources';
import { refersTo, synthesized } from '../core/private/base/synthesized';
import { warnLate } from '../core/private/late-warning';

/** What of a method decides who gets in. */
interface Entry {
  readonly HttpMethod?: string;
  readonly AuthorizationType?: string;
  readonly AuthorizerId?: unknown;
  readonly ApiKeyRequired?: boolean;
  readonly Integration?: { readonly Type?: string };
}

/**
 * Says which methods of the API let anybody in, which let a tenant in without its key, and which its deployment does not take up: methods that were
 * added past `route`, in whichever stack of the app. What browsers ask before a request is answered by the template itself, and needs neither.
 *
 * @param authorizer the API's own, where a method uses it
 */
export function checkMethods(scope: IConstruct, api: RestApi, authorizer: () => CfnResource | undefined): void {
  checkAtSynthesis(scope, (app) => {
    const own = authorizer();
    for (const resource of methodsOfApi(app, api)) {
      checkMethod(resource, own);
      warnOfOtherStack(methodOf(resource), api);
    }
    return [];
  });
}

/** The construct that made it; itself, where it was made below them. */
function methodOf(resource: CfnResource): IConstruct {
  const { scope } = resource.node;
  return scope instanceof Method ? scope : resource;
}

function checkMethod(resource: CfnResource, own: CfnResource | undefined): void {
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
      `${name} has no authorizer: anybody may call it, at no tenant's rate. Use api.route(…), or give addMethod { authorizer: api.authorizer, apiKeyRequired: true }.`,
      'why anybody may call it',
    );
  } else if (own !== undefined && refersTo(resource, AuthorizerId, own.ref, own) && !ApiKeyRequired) {
    warnLate(
      method,
      'methodWithoutKey',
      `${name} needs no key: its callers are held to no tenant's rate, and those of a suspended tenant get in as long as their tokens last. Use api.route(…), or give addMethod { apiKeyRequired: true }.`,
      'why no rate and no suspension hold',
    );
  }
}
