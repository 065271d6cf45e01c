import { AuthorizationType, type IResource, type Method, MockIntegration, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import { corsHeaders, corsTemplate } from '../core/private/cors-template';
import { acknowledgePreflight } from './acknowledged-findings';

/** Headers that web pages may send. */
const HEADERS = ['Authorization', 'Content-Type', 'Idempotency-Key', 'traceparent'];
const METHODS = ['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'];
const SECONDS = 3_600;

/**
 * Content types with a template. A mock integration gets its status from the template, and responds with 500 without one. Browsers send
 * no content type (API Gateway then assumes `application/json`), but a proxy may add one. `$default` is for all others; API Gateway
 * documents it for models, not for templates, so the likely content types are listed by name.
 */
const CONTENT_TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '$default'];

/**
 * Adds the method for CORS preflight requests. `addCorsPreflight` of the CDK is not used, because it has a template for only one content
 * type.
 */
export function addPreflight(resource: IResource, origins: readonly string[]): Method {
  const headers = {
    'Access-Control-Allow-Headers': HEADERS.join(','),
    'Access-Control-Allow-Methods': METHODS.join(','),
    'Access-Control-Max-Age': String(SECONDS),
  };
  const named = Object.entries(headers).map(([name, value]): [string, string] => [`method.response.header.${name}`, `'${value}'`]);
  const integration = new MockIntegration({
    // If API Gateway does not use $default for templates, an unknown content type gets a 415 (a client error) and not a 500.
    passthroughBehavior: PassthroughBehavior.NEVER,
    requestTemplates: Object.fromEntries(CONTENT_TYPES.map((type) => [type, '{"statusCode":204}'])),
    integrationResponses: [
      {
        statusCode: '204',
        responseParameters: Object.fromEntries(named),
        responseTemplates: { 'application/json': corsTemplate(origins) },
      },
    ],
  });
  const method = resource.addMethod('OPTIONS', integration, {
    authorizationType: AuthorizationType.NONE,
    apiKeyRequired: false,
    methodResponses: [
      { statusCode: '204', responseParameters: { ...Object.fromEntries(named.map(([name]) => [name, true])), ...corsHeaders(origins) } },
    ],
  });
  acknowledgePreflight(method);
  return method;
}
