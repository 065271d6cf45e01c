import type { ValidateFunction } from 'ajv';
import type { RateLimit } from './token-bucket';
import type { Template } from './vtl/template';

/** A REST API of the template, read and validated. What the sandbox can't run as AWS does is left out, and reported by name before. */
export interface ApiDefinition {
  readonly id: string;
  /** The name of the API, which its metrics have. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** `<id>.execute-api.<region>.amazonaws.com` */
  readonly host: string;
  /** Where a request's API key comes from: its `x-api-key` header, or the authorizer's result. */
  readonly keySource: 'HEADER' | 'AUTHORIZER';
  readonly stages: readonly StageDefinition[];
  readonly resources: readonly ResourceDefinition[];
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseDefinition>;
}

export interface StageDefinition {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly accessLog?: { readonly group: string; readonly format: string };
  /** The stage's limit of a method for all callers together, by `methodKey`. */
  readonly throttle: (method: string) => RateLimit | undefined;
}

export interface ResourceDefinition {
  readonly id: string;
  /** `/`, `/visits/{id}`, `/{proxy+}` */
  readonly path: string;
  /** By HTTP method, or `ANY`. */
  readonly methods: ReadonlyMap<string, MethodDefinition | LeftOutMethod>;
}

/** A method that the sandbox can't run as AWS does, with the reason. */
export interface LeftOutMethod {
  readonly leftOut: string;
}

/** The name of a method in limits: `/visits/{id}/GET`. Each HTTP method of `ANY` has its own. */
export function methodKey(path: string, method: string): string {
  return `${path}/${method}`;
}

export interface MethodDefinition {
  readonly keyRequired: boolean;
  readonly authorizer?: AuthorizerDefinition | CognitoAuthorizerDefinition;
  /** The scopes of which an access token needs one; empty if the method requires an identity token. */
  readonly scopes: readonly string[];
  /** By `method.request.header.X`: whether the validator requires it. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  readonly validator?: { readonly body: boolean; readonly parameters: boolean };
  /** Schemas by content type, or `$default`. */
  readonly models: ReadonlyMap<string, ValidateFunction>;
  readonly integration: IntegrationDefinition;
}

/** An authorizer that accepts tokens of user pools of the assembly. */
export interface CognitoAuthorizerDefinition {
  readonly id: string;
  readonly type: 'COGNITO_USER_POOLS';
  readonly poolIds: readonly string[];
  /** `method.request.header.Authorization` */
  readonly identitySource: string;
  /** A Java pattern that the whole `aud` of an identity token must match. */
  readonly audience?: string;
}

export interface AuthorizerDefinition {
  readonly id: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly functionArn: string;
  /** The role that API Gateway assumes to invoke the function; without it the function's resource-based policy applies. */
  readonly credentials?: string;
  /** Seconds; 0 turns caching off. */
  readonly ttl: number;
  readonly identitySources: readonly string[];
  /** A Java pattern that the whole token must match. */
  readonly validation?: string;
}

/** An HTTP server on this machine, or a host that `--map` maps or allows. */
export interface HttpTarget {
  readonly kind: 'http-proxy' | 'http';
  /** As in the template, with path parameters in braces. */
  readonly uri: string;
  /** Where requests are sent: the origin of a server, or a load balancer that a VPC link leads to. */
  readonly through: { readonly origin: string } | VpcLinkTarget;
}

/** A load balancer in a VPC. Host and port of the URI say which listener answers, and which name its certificate must have. */
export interface VpcLinkTarget {
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
}

export type Target =
  | {
      readonly kind: 'service';
      readonly service: string;
      readonly region: string;
      readonly path: string;
      readonly query: string;
      /** `x-amz-target`, for a service with a JSON protocol. */
      readonly operation?: string;
    }
  | { readonly kind: 'lambda'; readonly functionArn: string }
  | { readonly kind: 'lambda-proxy'; readonly functionArn: string }
  | HttpTarget
  | { readonly kind: 'mock' };

export interface IntegrationDefinition {
  readonly target: Target;
  readonly httpMethod?: string;
  readonly credentials?: string;
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  /** By `integration.request.header.X`: the mapping expression. */
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly requestTemplates: ReadonlyMap<string, Template>;
  /** Milliseconds of this machine's time. */
  readonly timeout: number;
  readonly responses: readonly IntegrationResponseDefinition[];
}

export interface IntegrationResponseDefinition {
  readonly statusCode: number;
  /** A Java pattern that the whole status or error message must match; a response without one is the default. */
  readonly selectionPattern?: string;
  /** By `method.response.header.X`: the mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
  /** By content type, in the order of the template. */
  readonly templates: ReadonlyMap<string, Template>;
}

export interface GatewayResponseDefinition {
  readonly statusCode?: number;
  /** By `gatewayresponse.header.X`: the mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: ReadonlyMap<string, string>;
}
