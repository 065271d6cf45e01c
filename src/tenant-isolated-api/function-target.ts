import { type IResource, LambdaIntegration, type Method } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ApiRouteOptions, IApiTarget } from '../core';
import { acknowledgeAuthorizer } from './acknowledged-findings';

/**
 * A function behind a route, as a Lambda proxy: it gets the whole request and answers itself.
 *
 * Whose request it is says `event.requestContext.authorizer.tenantId`, and nothing else does: headers, path and query are the caller's. For browsers
 * it answers `Access-Control-Allow-Origin` itself, and `Access-Control-Expose-Headers` for headers that pages need.
 */
export class FunctionTarget implements IApiTarget {
  /**
   * A function as a target.
   *
   * @param handler the function; API Gateway is permitted to invoke it for each route
   */
  public static of(handler: IFunction): FunctionTarget {
    return new FunctionTarget(handler);
  }

  private constructor(private readonly handler: IFunction) {}

  /**
   * Adds the method that leads to the function.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals, or ANY
   * @param options how its callers are told from each other
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    // The console's test button would need a permission that no request of the API has.
    const integration = new LambdaIntegration(this.handler, { proxy: true, allowTestInvoke: false });
    const method = resource.addMethod(httpMethod, integration, {
      authorizer: options.authorizer,
      apiKeyRequired: options.apiKeyRequired ?? false,
      requestValidator: options.requestValidator,
    });
    acknowledgeAuthorizer(method);
    return method;
  }
}
