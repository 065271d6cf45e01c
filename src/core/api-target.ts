import type { IAuthorizer, Integration, IRequestValidator, IRestApi, JsonSchema, MethodResponse } from 'aws-cdk-lib/aws-apigateway';
import type { INetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Options of a route of a RestApi of your own: how it authorizes callers and identifies their tenant. */
export interface ApiRouteOptions {
  /**
   * A Lambda authorizer that returns the tenant in its context. A Cognito user pool authorizer is not supported, because its claims are
   * one level deeper in the context.
   */
  readonly authorizer: IAuthorizer;
  /**
   * Key of the Lambda authorizer's context that holds the tenant id.
   *
   * @default 'tenantId'
   */
  readonly tenantContextKey?: string;
  /**
   * The noun of the callers' tenancy. A target that belongs to another tenancy rejects the route.
   *
   * @default - not known
   */
  readonly tenantNoun?: string;
  /**
   * Whether callers need an API key of a usage plan.
   *
   * @default false
   */
  readonly apiKeyRequired?: boolean;
  /**
   * Origins of web pages that may read responses: `https://app.example`. Only targets whose responses API Gateway creates, such as an
   * ingest path, use them; functions and services return CORS headers themselves.
   *
   * @default []
   */
  readonly allowedOrigins?: string[];
  /**
   * Validates parameters and bodies that a target declares.
   *
   * @default - one that is created for what the target declares
   */
  readonly requestValidator?: IRequestValidator;
}

/** A route of an API, as its target sees it. */
export interface ApiRoute {
  /** The API that the route is added to. */
  readonly restApi: IRestApi;
  /** An HTTP method in capitals, or ANY. */
  readonly httpMethod: string;
  /** `/grades/{student}` */
  readonly path: string;
  /**
   * Key of the authorizer's context that holds the tenant id.
   *
   * @default - callers are not authenticated
   */
  readonly tenantContextKey?: string;
  /**
   * The noun of the callers' tenancy.
   *
   * @default - not known
   */
  readonly tenantNoun?: string;
  /** Origins of web pages that may read responses. */
  readonly allowedOrigins: string[];
}

/** What a target needs from an API. The API creates it. */
export interface ApiTargetConfig {
  /** The integration of the method. */
  readonly integration: Integration;
  /**
   * Keys of the authorizer's context that the integration reads, besides the tenant's.
   *
   * @default []
   */
  readonly contextKeys?: string[];
  /**
   * JSON schema of the request body.
   *
   * @default - bodies are not checked
   */
  readonly requestSchema?: JsonSchema;
  /**
   * Request parameters that the integration maps, by name (`method.request.path.student`), and whether each is required.
   *
   * @default {}
   */
  readonly requestParameters?: { [name: string]: boolean };
  /**
   * Method responses, for integrations that are not proxy integrations.
   *
   * @default []
   */
  readonly methodResponses?: MethodResponse[];
  /**
   * Network load balancers through which the integration is reached. The API creates one VPC link for each list and connects the
   * integration.
   *
   * @default - the integration is reached without a VPC link
   */
  readonly vpcLinkTargets?: INetworkLoadBalancer[];
  /**
   * Paths below the route's path that lead to the same target with the same method, such as `{proxy+}`. The target is bound to each of
   * them.
   *
   * @default []
   */
  readonly additionalPaths?: string[];
}

/** The target of a route of a REST API, such as an ingest path, an HTTP service or a function. */
export interface IApiTarget {
  /**
   * Returns what the target needs from an API, without changing the API.
   *
   * @param route the route that leads here
   */
  bind(route: ApiRoute): ApiTargetConfig;
}
