import type { CfnResource } from 'aws-cdk-lib';
import { Method, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { partsOfApi } from '../core/private/api-parts';
import { invalidText } from '../core/private/base/invalid';
import { synthesized } from '../core/private/base/synthesized';
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
 * Warns of methods of the API that let anybody in, and of those that let a tenant in without its key: methods that were added past `addRoute`. What
 * browsers ask before a request is answered by the template itself, and needs neither.
 */
export function checkMethods(scope: IConstruct, restApi: RestApi, routes: ApiRoutes): void {
  scope.node.addValidation({
    validate: () => {
      const methods = partsOfApi(restApi).filter(({ cfnResourceType }) => cfnResourceType === 'AWS::ApiGateway::Method');
      if (methods.length === 0) {
        return [
          invalidText(scope, 'routes', undefined, "at least one, or API Gateway can't deploy the API: api.addRoute('GET /…', target)"),
        ];
      }
      const ownIds = routes.authorizers.map(({ node }) => JSON.stringify({ Ref: synthesized(node.defaultChild as CfnResource).logicalId }));
      for (const method of methods) {
        if (method.node.scope instanceof Method && routes.isOpen(method.node.scope)) continue;
        checkMethod(method, ownIds);
      }
      return [];
    },
  });
}

function checkMethod(resource: CfnResource, ownIds: readonly string[]): void {
  const {
    HttpMethod,
    AuthorizationType = 'NONE',
    AuthorizerId,
    ApiKeyRequired = false,
    Integration,
  } = synthesized(resource).properties as Entry;
  const { scope } = resource.node;
  const method = scope instanceof Method ? scope : resource;
  const name = `${method.node.path}: ${HttpMethod}${scope instanceof Method ? ` ${scope.resource.path}` : ''}`;
  if (AuthorizationType === 'NONE') {
    if (HttpMethod === 'OPTIONS' && Integration?.Type === 'MOCK') return;
    warnLate(
      method,
      'methodWithoutAuthorizer',
      `${name} has no authorizer: anybody may call it, at no tenant's rate. Use api.addRoute(…), with RouteAuthorization.anyone('<reason>') where that is intended, or give addMethod { authorizer: api.authorizer, apiKeyRequired: true }.`,
      'why anybody may call it',
    );
  } else if (ownIds.includes(JSON.stringify(AuthorizerId)) && !ApiKeyRequired) {
    warnLate(
      method,
      'methodWithoutKey',
      `${name} needs no key: its callers are held to no tenant's rate, and those of a suspended tenant get in as long as their tokens last. Use api.addRoute(…), or give addMethod { apiKeyRequired: true }.`,
      'why no rate and no suspension hold',
    );
  }
}
