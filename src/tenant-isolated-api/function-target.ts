import { Names, Token } from 'aws-cdk-lib';
import { AwsIntegration, type IResource, type IRestApi, LambdaIntegration, type Method } from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ApiRouteOptions, IApiTarget } from '../core';
import { deployRoute } from '../core/private/api-deployment';
import { limitFunctionPolicy } from '../core/private/limits/function-policy';
import { acknowledgeAuthorizer } from './acknowledged-findings';

/**
 * A function behind a route, as a Lambda proxy: it gets the whole request and answers itself.
 *
 * Whose request it is says `event.requestContext.authorizer.tenantId`, and nothing else does: headers, path and query are the caller's. For browsers
 * it answers `Access-Control-Allow-Origin` itself, and `Access-Control-Expose-Headers` for headers that pages need.
 */
export class FunctionTarget implements IApiTarget {
  /**
   * A function as a target of any number of routes.
   *
   * @param handler the function; the stage of the API is permitted to invoke it, by one permission for all routes
   */
  public static of(handler: IFunction): FunctionTarget {
    return new FunctionTarget(handler, 'by-api');
  }

  /**
   * A function that only the routes that lead to it may invoke: a permission for each. Lambda has room for about 45 of them.
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
   * Adds the method that leads to the function.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals, or ANY
   * @param options how its callers are told from each other
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    const method = resource.addMethod(httpMethod, this.integration(resource.api), {
      authorizer: options.authorizer,
      apiKeyRequired: options.apiKeyRequired ?? false,
      requestValidator: options.requestValidator,
    });
    limitFunctionPolicy(this.handler);
    deployRoute(method);
    acknowledgeAuthorizer(method);
    return method;
  }

  private integration(api: IRestApi): AwsIntegration {
    // The console's test button would need a permission that no request of the API has.
    if (this.permitted === 'by-route') return new LambdaIntegration(this.handler, { proxy: true, allowTestInvoke: false });
    this.permit(api);
    return new AwsIntegration({ service: 'lambda', proxy: true, path: `2015-03-31/functions/${this.handler.functionArn}/invocations` });
  }

  /** Once for an API and a function. In the API's scope: the function may be in another stack, and must not need this one. */
  private permit(api: IRestApi): void {
    const name = Token.isUnresolved(this.handler.functionArn) ? Names.nodeUniqueId(this.handler.node) : this.handler.functionArn;
    const id = `PermissionFor${name}`;
    if (api.node.tryFindChild(id) !== undefined) return;
    // An imported API has no stage that would be known here.
    const stage = api.latestDeployment === undefined ? '*' : api.deploymentStage.stageName;
    this.handler.addPermission(id, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      scope: api,
      sourceArn: api.arnForExecuteApi('*', '/*', stage),
    });
  }
}
