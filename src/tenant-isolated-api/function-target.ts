import { Names, Token } from 'aws-cdk-lib';
import {
  AwsIntegration,
  type IntegrationConfig,
  type IResource,
  type IRestApi,
  LambdaIntegration,
  type Method,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ApiRoute, ApiRouteOptions, ApiTargetConfig, IApiTarget } from '../core';
import { addRouteTo } from '../core/private/api-method';
import { limitFunctionPolicy } from '../core/private/limits/function-policy';

/**
 * A Lambda function as the target of routes, by Lambda proxy integration: it gets the whole request and returns the whole response.
 *
 * Take the tenant only from `event.requestContext.authorizer.tenantId`: headers, path and query are set by the caller. For browsers the
 * function must return `Access-Control-Allow-Origin` itself, and `Access-Control-Expose-Headers` for headers that web pages read.
 */
export class FunctionTarget implements IApiTarget {
  /**
   * A function as a target of any number of routes.
   *
   * @param handler the function. One permission lets the stage of the API invoke it for all routes.
   */
  public static of(handler: IFunction): FunctionTarget {
    return new FunctionTarget(handler, 'by-api');
  }

  /**
   * A function with one permission for each route that leads to it, so that no other route of the API can invoke it. Lambda
   * limits the resource-based policy of a function to 20 KB ("Lambda quotas"), and this quota cannot be raised. A permission takes about 390
   * to 470 bytes, depending on the length of names and paths, so 43 to 52 routes fit. A larger policy is an error at synthesis.
   *
   * @param handler the function
   */
  public static permittedByRoute(handler: IFunction): FunctionTarget {
    return new FunctionTarget(handler, 'by-route');
  }

  private constructor(
    private readonly handler: IFunction,
    private readonly permitted: 'by-api' | 'by-route',
  ) {}

  /**
   * Returns the integration of the function.
   *
   * @param route the route that leads here
   */
  public bind(route: ApiRoute): ApiTargetConfig {
    const { restApi } = route;
    limitFunctionPolicy(this.handler);
    // The console's test button would need a permission that no request of the API has.
    if (this.permitted === 'by-route') return { integration: new LambdaIntegration(this.handler, { proxy: true, allowTestInvoke: false }) };
    return { integration: new PermittedByApi(this.handler, restApi) };
  }

  /**
   * Adds a method that leads to the function to any RestApi, with any authorizer that names the tenant.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals, or ANY
   * @param options the authorizer, and the key of its context that holds the tenant
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    return addRouteTo(resource, httpMethod, this, options);
  }
}

/** A Lambda proxy with one permission for all routes of an API. */
class PermittedByApi extends AwsIntegration {
  constructor(
    private readonly handler: IFunction,
    private readonly restApi: IRestApi,
  ) {
    super({ service: 'lambda', proxy: true, path: `2015-03-31/functions/${handler.functionArn}/invocations` });
  }

  public override bind(method: Method): IntegrationConfig {
    this.permit(this.restApi);
    return super.bind(method);
  }

  /** Creates the permission in the API's scope: the function may be in another stack, which must not depend on this one. */
  private permit(api: IRestApi): void {
    const name = Token.isUnresolved(this.handler.functionArn) ? Names.nodeUniqueId(this.handler.node) : this.handler.functionArn;
    const id = `PermissionFor${name}`;
    if (api.node.tryFindChild(id) !== undefined) return;
    // The stage of an imported API is not known here.
    const stage = api.latestDeployment === undefined ? '*' : api.deploymentStage.stageName;
    this.handler.addPermission(id, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      scope: api,
      sourceArn: api.arnForExecuteApi('*', '/*', stage),
    });
  }
}
