import type { Assembly, Resource } from '../contracts';
import type {
  ApiDefinition,
  AuthorizerDefinition,
  GatewayResponseDefinition,
  MethodDefinition,
  ResourceDefinition,
  StageDefinition,
} from './definition';
import { isResponseType } from './failure';
import { integrationOf, lambdaArn } from './load-integration';
import { checkMapping } from './mapping';
import { modelsOf } from './models';
import { type Properties, propertiesOf } from './properties';
import { javaPattern } from './vtl/java-text';

const HTTP_METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** Documented default of AuthorizerResultTtlInSeconds. */
const DEFAULT_TTL = 300;

/** Every REST API of the assembly that has a stage. Throws an error that names what cannot be run faithfully. */
export function loadApis(assembly: Assembly): ApiDefinition[] {
  return assembly.ofType('AWS::ApiGateway::RestApi').map((resource) => loadApi(assembly, resource));
}

function loadApi(assembly: Assembly, api: Resource): ApiDefinition {
  const id = assembly.ref(api);
  const mine = (type: string): { resource: Resource; properties: Properties }[] =>
    assembly
      .ofType(`AWS::ApiGateway::${type}`)
      .map((resource) => ({ resource, properties: propertiesOf(assembly, resource) }))
      .filter(({ properties }) => properties.text('RestApiId') === id);
  const authorizers = new Map(
    mine('Authorizer').map(({ resource, properties }) => [assembly.ref(resource), () => authorizerOf(assembly.ref(resource), properties)]),
  );
  const validators = new Map(
    mine('RequestValidator').map(({ resource, properties }) => [
      assembly.ref(resource),
      { body: properties.flag('ValidateRequestBody'), parameters: properties.flag('ValidateRequestParameters') },
    ]),
  );
  const models = modelsOf(
    id,
    mine('Model').map(({ resource, properties }) => ({ name: assembly.ref(resource), properties })),
  );
  const methods = mine('Method').map(({ properties }) => ({
    resourceId: properties.required('ResourceId'),
    httpMethod: httpMethod(properties),
    method: methodOf(properties, { authorizers, validators, models }),
  }));
  return {
    id,
    account: assembly.account,
    region: assembly.region,
    host: `${id}.execute-api.${assembly.region}.amazonaws.com`,
    stages: mine('Stage').map(({ properties }) => stageOf(properties)),
    resources: pathsOf(assembly, api, mine('Resource')).map(([resourceId, path]) => ({
      id: resourceId,
      path,
      methods: new Map(methods.filter((method) => method.resourceId === resourceId).map(({ httpMethod, method }) => [httpMethod, method])),
    })) satisfies ResourceDefinition[],
    gatewayResponses: new Map(mine('GatewayResponse').map(({ properties }) => gatewayResponseOf(properties))),
  };
}

/** Ids of the resources with their paths, the root first. */
function pathsOf(
  assembly: Assembly,
  api: Resource,
  resources: readonly { readonly resource: Resource; readonly properties: Properties }[],
): [string, string][] {
  const root = assembly.attribute(api, 'RootResourceId');
  const parents = new Map(
    resources.map(({ resource, properties }) => [
      assembly.ref(resource),
      { parent: properties.required('ParentId'), part: properties.required('PathPart'), refusal: properties.refusal },
    ]),
  );
  const pathOf = (id: string, depth = 0): string => {
    if (id === root) return '';
    const own = parents.get(id);
    if (!own || depth > 100) throw new Error(`AWS::ApiGateway::Resource.ParentId ${id} is no resource of the API ${assembly.ref(api)}`);
    return `${pathOf(own.parent, depth + 1)}/${own.part}`;
  };
  return [[root, '/'], ...[...parents.keys()].map((id): [string, string] => [id, pathOf(id)])];
}

function httpMethod(properties: Properties): string {
  const method = properties.required('HttpMethod');
  if (!HTTP_METHODS.includes(method)) throw properties.refusal('HttpMethod', `${method} is not understood`);
  return method;
}

interface Known {
  readonly authorizers: ReadonlyMap<string, () => AuthorizerDefinition>;
  readonly validators: ReadonlyMap<string, { body: boolean; parameters: boolean }>;
  readonly models: ReturnType<typeof modelsOf>;
}

function methodOf(properties: Properties, known: Known): MethodDefinition {
  const refuse = (name: string): never => {
    throw properties.refusal(name, `${properties.text(name)} is not understood`);
  };
  if (properties.flag('ApiKeyRequired')) refuse('ApiKeyRequired');
  const type = properties.text('AuthorizationType') ?? 'NONE';
  if (type !== 'NONE' && type !== 'CUSTOM') refuse('AuthorizationType');
  const authorizer = type === 'CUSTOM' ? known.authorizers.get(properties.required('AuthorizerId')) : undefined;
  if (type === 'CUSTOM' && !authorizer) refuse('AuthorizerId');
  const validator = known.validators.get(properties.text('RequestValidatorId') ?? '');
  if (properties.has('RequestValidatorId') && !validator) refuse('RequestValidatorId');
  const parameters = Object.entries(properties.texts('RequestParameters'));
  for (const [name] of parameters) {
    if (!/^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\..+$/.test(name)) {
      throw properties.refusal(`RequestParameters.${name}`, 'is not understood');
    }
  }
  return {
    authorizer: authorizer?.(),
    requestParameters: Object.fromEntries(parameters.map(([name, required]) => [name, required === 'true'])),
    validator,
    models: new Map(
      Object.entries(properties.texts('RequestModels')).map(([contentType, name]) => {
        const model = known.models(name);
        if (!model) throw properties.refusal(`RequestModels.${contentType}`, `names no model of the API: ${name}`);
        return [contentType.toLowerCase(), model];
      }),
    ),
    integration: integrationOf(properties),
  };
}

function authorizerOf(id: string, properties: Properties): AuthorizerDefinition {
  const type = properties.required('Type');
  if (type !== 'TOKEN' && type !== 'REQUEST') throw properties.refusal('Type', `${type} is not understood`);
  const uri = properties.required('AuthorizerUri');
  const functionArn = lambdaArn(uri);
  if (!functionArn) throw properties.refusal('AuthorizerUri', `${uri} names no function`);
  const sources = (properties.text('IdentitySource') ?? '').split(',').map((source) => source.trim());
  const identitySources = sources.filter((source) => source !== '');
  const ttl = properties.number('AuthorizerResultTtlInSeconds') ?? DEFAULT_TTL;
  for (const source of identitySources) {
    const allowed = type === 'TOKEN' ? /^method\.request\.header\./ : /^(method\.request\.(header|querystring)|context|stageVariables)\./;
    if (!allowed.test(source)) throw properties.refusal('IdentitySource', `${source} is not understood`);
  }
  if (identitySources.length === 0 && (type === 'TOKEN' || ttl > 0)) throw properties.refusal('IdentitySource', 'is missing');
  const validation = properties.text('IdentityValidationExpression');
  if (validation !== undefined) javaPattern(validation);
  return { id, type, functionArn, credentials: properties.text('AuthorizerCredentials'), ttl, identitySources, validation };
}

function stageOf(properties: Properties): StageDefinition {
  return {
    name: properties.required('StageName'),
    deploymentId: properties.required('DeploymentId'),
    variables: properties.texts('Variables'),
    accessLog: accessLogOf(properties),
  };
}

function accessLogOf(properties: Properties): StageDefinition['accessLog'] {
  const setting = properties.object('AccessLogSetting');
  if (!setting) return undefined;
  const destination = setting.required('DestinationArn');
  const group = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(destination)?.[1];
  if (group === undefined) throw setting.refusal('DestinationArn', `${destination} is no log group`);
  const format = setting.text('Format') ?? '';
  // Documented: "Set up CloudWatch logging for REST APIs": the format must have one of the two.
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw setting.refusal('Format', 'must include $context.requestId or $context.extendedRequestId');
  }
  return { group, format };
}

function gatewayResponseOf(properties: Properties): [string, GatewayResponseDefinition] {
  const type = properties.required('ResponseType');
  if (!isResponseType(type)) throw properties.refusal('ResponseType', `${type} is not understood`);
  const parameters = properties.texts('ResponseParameters');
  for (const [name, expression] of Object.entries(parameters)) {
    if (!name.startsWith('gatewayresponse.header.')) throw properties.refusal(`ResponseParameters.${name}`, 'is not understood');
    checkMapping(expression, 'request');
  }
  const templates = new Map(Object.entries(properties.texts('ResponseTemplates')));
  return [type, { statusCode: properties.number('StatusCode'), parameters, templates }];
}
