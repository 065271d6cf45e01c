import { Duration, Lazy } from 'aws-cdk-lib';
import { IdentitySource, RequestAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { pathOf, type Route } from './route';
import type { AuthorizerSettings } from './settings';

/** Not among the settings that createAuthorizer writes: most APIs have no such route. */
const VARIABLE = 'ROUTE_SCOPES' satisfies keyof AuthorizerSettings;

/**
 * The routes that need scopes. They use the same function as all other routes, but through a second authorizer without a cache: its
 * decision depends on the route, and API Gateway would use a cached decision for every method.
 */
export class ScopedRoutes {
  /** `GET /grades/{student}` */
  private readonly scopes: Record<string, readonly string[]> = {};

  constructor(
    private readonly scope: Construct,
    private readonly handler: LambdaFunction,
  ) {}

  get existingAuthorizer(): RequestAuthorizer | undefined {
    return this.scope.node.tryFindChild('ScopeAuthorizer') as RequestAuthorizer | undefined;
  }

  authorizerOf(route: Route, scopes: readonly string[]): RequestAuthorizer {
    this.scopes[`${route.httpMethod} ${pathOf(route)}`] = scopes;
    return this.existingAuthorizer ?? this.createAuthorizer();
  }

  private createAuthorizer(): RequestAuthorizer {
    this.handler.addEnvironment(
      VARIABLE,
      Lazy.string({ produce: () => JSON.stringify(this.scopes satisfies AuthorizerSettings[typeof VARIABLE]) }),
    );
    return new RequestAuthorizer(this.scope, 'ScopeAuthorizer', {
      handler: this.handler,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(0),
    });
  }
}
