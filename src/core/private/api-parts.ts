import { CfnResource } from 'aws-cdk-lib';
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { AppResources } from './app-resources';
import { outermostStack } from './base/outermost-stack';
import { refersTo } from './base/synthesized';

/** Documented: "Updates to REST APIs that require redeployment". The CDK covers the RestApi itself. */
const DEPLOYED = ['Authorizer', 'DocumentationPart', 'GatewayResponse', 'Method', 'Model', 'RequestValidator', 'Resource'];

/** The resources that a deployment of the API includes, whoever creates them, in the API's stack and its nested stacks. */
export function partsOfApi(api: IRestApi): CfnResource[] {
  return outermostStack(api)
    .node.findAll()
    .filter((construct): construct is CfnResource => CfnResource.isCfnResource(construct) && isPart(construct, api));
}

/** The methods of the API in all stacks of the app. */
export function methodsOfApi(app: AppResources, api: IRestApi): CfnResource[] {
  return app.ofType('AWS::ApiGateway::Method').filter((resource) => isPart(resource, api));
}

function isPart(resource: CfnResource, api: IRestApi): boolean {
  const [service, kind] = resource.cfnResourceType.split('::').slice(1);
  if (service !== 'ApiGateway' || !DEPLOYED.includes(kind)) return false;
  const restApiId = apiIdOf(resource);
  // The API of an authorizer is set late. An imported API has no resource in this app.
  const { defaultChild } = api.node;
  return (
    restApiId === api.restApiId || (CfnResource.isCfnResource(defaultChild) && refersTo(resource, restApiId, api.restApiId, defaultChild))
  );
}

/** Covers generic CfnResources, too. */
function apiIdOf(resource: CfnResource): unknown {
  const { restApiId, cfnProperties } = resource as unknown as {
    readonly restApiId?: unknown;
    readonly cfnProperties?: { RestApiId?: unknown };
  };
  return restApiId ?? cfnProperties?.RestApiId;
}
