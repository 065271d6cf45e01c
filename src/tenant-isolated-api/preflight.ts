import { AuthorizationType, type IResource, type Method, MockIntegration, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import { corsHeaders, corsTemplate } from '../core/private/cors-template';
import { acknowledgePreflight } from './acknowledged-findings';

/** What pages may send. */
const HEADERS = ['Authorization', 'Content-Type', 'Idempotency-Key', 'traceparent'];
const METHODS = ['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'];
const SECONDS = 3_600;

/**
 * The content types of which API Gateway finds a template. A mock integration takes its status from there: without one it answers 500.
 * Browsers send none (it is then `application/json`), but a proxy may add one. `$default` is for any other; API Gateway documents it for
 * models, not for templates, so the likely ones are listed by name.
 */
const CONTENT_TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '$default'];

/** Answers browsers that ask whether a page of another origin may call a path. Not the CDK's own, which has a template of one content type. */
export function addPreflight(resource: IResource, origins: readonly string[]): Method {
  const headers = {
    'Access-Control-Allow-Headers': HEADERS.join(','),
    'Access-Control-Allow-Methods': METHODS.join(','),
    'Access-Control-Max-Age': String(SECONDS),
  };
  const named = Object.entries(headers).map(([name, value]): [string, string] => [`method.response.header.${name}`, `'${value}'`]);
  const integration = new MockIntegration({
    // If API Gateway does not use $default for it, an unknown type is answered with 415 (the caller's error) and not with 500.
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
