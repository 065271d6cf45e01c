import { Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  ConnectionType,
  type IAuthorizer,
  Integration,
  type IntegrationConfig,
  IntegrationType,
  type IRequestValidator,
  type IResource,
  type IRestApi,
  type IVpcLink,
  type JsonSchema,
  type Method,
  Model,
  RequestValidator,
  VpcLink,
} from 'aws-cdk-lib/aws-apigateway';
import type { INetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ApiRouteOptions, ApiTargetConfig, IApiTarget } from '../api-target';
import { deployRoute } from './api-deployment';
import { loadBalancerLink, reachThrough } from './load-balancer-link';
import { childOnce } from './once';
import { acknowledge } from './rule-packs';
import { shortHash } from './unique-name';

const JSON_TYPE = 'application/json';

/** The settings of a method that the owner of the API decides. What the target needs is added to them. */
export interface ApiMethodProps {
  /** Undefined for a public method. */
  readonly authorizer?: IAuthorizer;
  readonly apiKeyRequired: boolean;
  /** Why it is acceptable that no user pool authorizes the method, for the rule packs. */
  readonly acceptedBecause: string;
  /** Created by default for what the method declares. */
  readonly requestValidator?: IRequestValidator;
  /** Applies to bodies of any content type. */
  readonly requestSchema?: JsonSchema;
  /** In addition to those that the target maps. */
  readonly requestParameters?: { [name: string]: boolean };
  readonly operationName?: string;
}

/** Adds a method with a target to any RestApi, with any Lambda authorizer that returns the tenant. */
export function addRouteTo(resource: IResource, httpMethod: string, target: IApiTarget, options: ApiRouteOptions): Method {
  const { authorizer, tenantContextKey = 'tenantId', tenantNoun, apiKeyRequired = false, allowedOrigins = [], requestValidator } = options;
  const { api: restApi, path } = resource;
  const config = target.bind({ restApi, path, httpMethod, tenantContextKey, tenantNoun, allowedOrigins });
  return addApiMethod(resource, httpMethod, config, { authorizer, apiKeyRequired, requestValidator, acceptedBecause: CHOSEN });
}

const CHOSEN = "The API's owner chose this authorizer, because it must identify the caller's tenant, which a user pool alone does not.";

/** Adds a method with a target, and creates what the target needs from the API. */
export function addApiMethod(resource: IResource, httpMethod: string, target: ApiTargetConfig, props: ApiMethodProps): Method {
  const { api } = resource;
  const { authorizer, requestSchema } = props;
  const requestParameters = { ...props.requestParameters, ...target.requestParameters };
  const model = requestSchema === undefined ? undefined : modelOf(api, requestSchema);
  const requestModels = {
    ...(target.requestSchema === undefined ? {} : { [JSON_TYPE]: modelOf(api, target.requestSchema) }),
    // Documented: "Request validation for REST APIs": a body is not checked if no model matches its content type.
    ...(model === undefined ? {} : { [JSON_TYPE]: model, $default: model }),
  };
  const declared = { body: Object.keys(requestModels).length > 0, parameters: Object.keys(requestParameters).length > 0 };
  const method = resource.addMethod(httpMethod, connected(api, target), {
    ...(authorizer === undefined ? { authorizationType: AuthorizationType.NONE } : { authorizer }),
    apiKeyRequired: props.apiKeyRequired,
    requestValidator: props.requestValidator ?? validatorOf(api, declared),
    ...(declared.body ? { requestModels } : {}),
    ...(declared.parameters ? { requestParameters } : {}),
    ...(target.methodResponses === undefined ? {} : { methodResponses: target.methodResponses }),
    operationName: props.operationName,
  });
  if (target.loadBalancer !== undefined) reachThrough(method, target.loadBalancer);
  deployRoute(method);
  if (authorizer?.authorizationType !== AuthorizationType.COGNITO) acknowledge(method, ['AwsSolutions'], 'COG4', props.acceptedBecause);
  return method;
}

/** In the API's scope, because the target may be in another stack. One model for all routes with the same schema. */
function modelOf(api: IRestApi, schema: JsonSchema): Model {
  const hash = shortHash(JSON.stringify(Stack.of(api).resolve(schema))).toUpperCase();
  return childOnce(api, `BodyModel${hash}`, (id) => new Model(api, id, { restApi: api, schema, contentType: JSON_TYPE }));
}

function validatorOf(
  api: IRestApi,
  { body, parameters }: { readonly body: boolean; readonly parameters: boolean },
): IRequestValidator | undefined {
  if (!body && !parameters) return undefined;
  const props = { restApi: api, validateRequestBody: body, validateRequestParameters: parameters };
  const id = `${body ? 'Body' : ''}${parameters ? 'Parameter' : ''}Validator`;
  return childOnce(api, id, () => new RequestValidator(api, id, props));
}

function connected(api: IRestApi, { integration, vpcLinkTargets = [], loadBalancer }: ApiTargetConfig): Integration {
  if (loadBalancer !== undefined) return new ConnectedIntegration(integration, loadBalancerLink(api, loadBalancer));
  return vpcLinkTargets.length === 0 ? integration : new ConnectedIntegration(integration, vpcLinkTo(api, vpcLinkTargets));
}

/** One VPC link for all routes to the same load balancers. */
function vpcLinkTo(api: IRestApi, targets: INetworkLoadBalancer[]): IVpcLink {
  const addresses = targets.map(({ node }) => node.addr).sort();
  return childOnce(api, `VpcLink${shortHash(addresses.join()).toUpperCase()}`, (id) => new VpcLink(api, id, { targets }));
}

/** An integration that is reached through a VPC link. */
class ConnectedIntegration extends Integration {
  constructor(
    private readonly integration: Integration,
    private readonly vpcLink: IVpcLink,
  ) {
    // Replaced by the type of the wrapped integration in bind.
    super({ type: IntegrationType.MOCK });
  }

  public override bind(method: Method): IntegrationConfig {
    const config = this.integration.bind(method);
    return { ...config, options: { ...config.options, connectionType: ConnectionType.VPC_LINK, vpcLink: this.vpcLink } };
  }
}
