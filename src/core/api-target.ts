import type { IAuthorizer, Integration, IRequestValidator, IRestApi, JsonSchema, MethodResponse } from 'aws-cdk-lib/aws-apigateway';
import type { INetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** How a route of any RestApi tells its callers from each other; given by whoever owns the API. */
export interface ApiRouteOptions {
  /**
   * Decides who may call, and puts the tenant into its context: a Lambda authorizer, by request or by token. The claims of a Cognito user pool are
   * one level deeper and are not read.
   */
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
  readonly tenantNoun?: string;
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
   * Checks what a route declares of its parameters and bodies.
   *
   * @default - one that is created for what the target declares
   */
  readonly requestValidator?: IRequestValidator;
}

/** A route of an API, as the target behind it needs to know it. */
export interface ApiRoute {
  /** The API that the route is added to. */
  readonly restApi: IRestApi;
  /** An HTTP method in capitals, or ANY. */
  readonly httpMethod: string;
  /** `/grades/{student}` */
  readonly path: string;
  /** Key of the authorizer's context that holds the tenant id; undefined where anybody may call and nobody is identified. */
  readonly tenantContextKey?: string;
  /** The noun of the tenancy whose tenants call; undefined where it is not known. */
  readonly tenantNoun?: string;
  /** Origins whose pages may read the answers. */
  readonly allowedOrigins: string[];
}

/** What a target needs of the API that it is put behind. The API creates it. */
export interface ApiTargetConfig {
  /** What the method calls. */
  readonly integration: Integration;
  /**
   * Keys of the authorizer's context that the integration reads, beside the tenant's.
   *
   * @default []
   */
  readonly contextKeys?: string[];
  /**
   * What a JSON body must look like.
   *
   * @default - bodies are not checked
   */
  readonly requestSchema?: JsonSchema;
  /**
   * Parameters that the integration maps, by their names (`method.request.path.student`), and whether each must be there.
   *
   * @default {}
   */
  readonly requestParameters?: { [name: string]: boolean };
  /**
   * Answers of the method, for integrations that are no proxies.
   *
   * @default []
   */
  readonly methodResponses?: MethodResponse[];
  /**
   * Load balancers of a VPC that the integration is reached through. The API creates one VPC link for each such list and connects the integration.
   *
   * @default - the integration is reached without a VPC link
   */
  readonly vpcLinkTargets?: INetworkLoadBalancer[];
  /**
   * Paths below the route's that lead to the same target with the same method: `{proxy+}`. The target is bound to each of them, too.
   *
   * @default []
   */
  readonly additionalPaths?: string[];
}

/** The target of a route of a REST API: an ingest path, a service, a function. */
export interface IApiTarget {
  /**
   * Says what the target needs of an API. It adds nothing to the API itself.
   *
   * @param route the route that leads here
   */
  bind(route: ApiRoute): ApiTargetConfig;
}
