import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { partsOfApi } from '../core/private/api-parts';
import { addQuota, limitTemplate } from '../core/private/limits';

const QUOTAS = '"Quotas for configuring and running a REST API in API Gateway"';

/** Checks quotas of the API, and the size of its stack's template, at synthesis. */
export function limitApi(scope: IConstruct, api: IRestApi): void {
  const parts = (type: string) => partsOfApi(api).filter(({ cfnResourceType }) => cfnResourceType === `AWS::ApiGateway::${type}`).length;
  addQuota(
    scope,
    {
      id: 'apiResources',
      property: 'path parts of the API',
      most: 300,
      source: `${QUOTAS}, resources per API`,
      remedy: 'Use {proxy+} to lead several paths to one target, create a second API, or request a higher quota for this API.',
    },
    () => parts('Resource'),
  );
  addQuota(
    scope,
    {
      id: 'apiAuthorizers',
      property: 'authorizers of the API',
      most: 10,
      source: `${QUOTAS}, authorizers per API`,
      remedy: 'Share authorizers among methods, or request a higher quota for this API.',
    },
    () => parts('Authorizer'),
  );
  addQuota(
    scope,
    {
      id: 'usagePlans',
      property: 'usage plans of this app',
      most: 300,
      source: `${QUOTAS}, usage plans per account per Region`,
      remedy: 'A tier has one usage plan in each API: use fewer tiers, or request a higher quota.',
    },
    (app) => app.ofType('AWS::ApiGateway::UsagePlan').length,
  );
  limitTemplate(scope);
}
