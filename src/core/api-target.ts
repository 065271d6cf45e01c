import type { IAuthorizer, IRequestValidator, IResource, Method } from 'aws-cdk-lib/aws-apigateway';

/**
 * How a route identifies its caller, as the owner of the API decides.
 *
 * Today a Lambda authorizer is expected: the tenant is read from its context by one key. The claims of a Cognito user pool are one level
 * deeper and are not read.
 */
export interface ApiRouteOptions {
  /** Decides who may call, and puts the tenant into its context: a Lambda authorizer, by request or by token. */
  readonly authorizer: IAuthorizer;
  /**
   * Key of the Lambda authorizer's context that holds the tenant id.
   *
   * @default 'tenantId'
   */
  readonly tenantContextKey?: string;
  /**
   * The noun of the tenancy whose tenants call. A target that keeps what belongs to tenants of another one rejects the route.
   *
   * @default - not known
   */
  readonly tenant?: string;
  /**
   * Whether callers need an API key of a usage plan.
   *
   * @default false
   */
  readonly apiKeyRequired?: boolean;
  /**
   * Origins whose pages may read the answers: `https://app.example`. A target that makes its answers in API Gateway says so in them, and which
   * of their headers pages may read; a function or a service answers for itself.
   *
   * @default []
   */
  readonly allowedOrigins?: string[];
  /**
   * Checks what a route declares of its parameters and bodies, where its target brings no validator of its own.
   *
   * @default - nothing is checked
   */
  readonly requestValidator?: IRequestValidator;
}

/** The target of a route of a REST API: an ingest path, a service, a function. */
export interface IApiTarget {
  /**
   * Adds the method that leads to this target.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals
   * @param options how its callers are told from each other
   */
  addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method;
}
