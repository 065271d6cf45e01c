import type { CfnResource } from 'aws-cdk-lib';
import { Method, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { partsOfApi } from '../core/private/api-parts';
import { synthesized } from '../core/private/base/synthesized';
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
 * Says which methods of the API let anybody in, and which let a tenant in without its key: methods that were added past `route`. What browsers ask
 * before a request is answered by the template itself, and needs neither.
 *
 * @param authorizer the API's own, where a method uses it
 */
export function checkMethods(scope: IConstruct, api: RestApi, authorizer: () => CfnResource | undefined): void {
  scope.node.addValidation({
    validate: () => {
      const own = authorizer();
      const ownId = own === undefined ? undefined : JSON.stringify({ Ref: synthesized(own).logicalId });
      for (const part of partsOfApi(api)) {
        if (part.cfnResourceType === 'AWS::ApiGateway::Method') checkMethod(part, ownId);
      }
      return [];
    },
  });
}

function checkMethod(resource: CfnResource, ownId: string | undefined): void {
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
      `${name} has no authorizer: anybody may call it, at no tenant's rate. Use api.route(…), or give addMethod { authorizer: api.authorizer, apiKeyRequired: true }.`,
      'why anybody may call it',
    );
  } else if (JSON.stringify(AuthorizerId) === ownId && !ApiKeyRequired) {
    warnLate(
      method,
      'methodWithoutKey',
      `${name} needs no key: its callers are held to no tenant's rate, and those of a suspended tenant get in as long as their tokens last. Use api.route(…), or give addMethod { apiKeyRequired: true }.`,
      'why no rate and no suspension hold',
    );
  }
}
