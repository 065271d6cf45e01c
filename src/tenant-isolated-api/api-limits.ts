import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { partsOfApi } from '../core/private/api-parts';
import { addQuota, limitTemplate } from '../core/private/limits';

const QUOTAS = '"Quotas for configuring and running a REST API in API Gateway"';

/** Checks at synthesis what API Gateway counts of an API, and the size of the stack that its routes fill. */
export function limitApi(scope: IConstruct, api: IRestApi): void {
  const parts = (type: string) => partsOfApi(api).filter(({ cfnResourceType }) => cfnResourceType === `AWS::ApiGateway::${type}`).length;
  addQuota(
    scope,
    {
      id: 'apiResources',
      property: 'paths of the API, each part of a path counted once,',
      most: 300,
      source: `${QUOTAS}, resources per API`,
      remedy: 'Lead several paths to one target by {proxy+}, make a second API, or have the quota raised for this API.',
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
      remedy: 'Share authorizers among methods, or have the quota raised for this API.',
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
      remedy: 'A tier has one plan in each API: use fewer tiers, or have the quota raised.',
    },
    (app) => app.ofType('AWS::ApiGateway::UsagePlan').length,
  );
  limitTemplate(scope);
}
