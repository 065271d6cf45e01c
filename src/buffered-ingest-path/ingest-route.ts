import { Token } from 'aws-cdk-lib';
import { AwsIntegration, type JsonSchema, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import type { ApiRoute, ApiTargetConfig } from '../core';
import { invalid } from '../core/private/base/invalid';
import { corsHeaders, corsTemplate } from '../core/private/cors-template';
import type { KeyText } from './key-bytes';
import { requestTemplate } from './request-template';
import { acceptedTemplate, failedTemplate, RETRY_AFTER, rejectedTemplate } from './response-templates';

const JSON_TYPE = 'application/json';
const RETRY_AFTER_HEADER = { 'method.response.header.Retry-After': true };

/** The parts of a path that a route needs. */
export interface RouteTarget {
  readonly path: IConstruct;
  readonly queue: IQueue;
  readonly role: IRole;
  readonly schema: JsonSchema;
  /** The noun of the tenancy of table and directory; undefined if it is not known. */
  readonly tenantNoun?: string;
  /** String values of the body that keys are built from. */
  readonly keyTexts: readonly KeyText[];
}

/** Returns an integration that sends valid bodies to the queue. Responses never contain text from SQS. */
export function bindIngestRoute(target: RouteTarget, route: ApiRoute): ApiTargetConfig {
  const tenantContextKey = checkRoute(target, route);
  const { queue, role, schema, keyTexts } = target;
  const origins = route.allowedOrigins;
  const exposed = ['Retry-After'];
  const cors = corsTemplate(origins, exposed);
  const headers = corsHeaders(origins, exposed);
  const integration = new AwsIntegration({
    service: 'sqs',
    region: queue.env.region,
    path: `${queue.env.account}/${queue.queueName}`,
    integrationHttpMethod: 'POST',
    options: {
      credentialsRole: role,
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      requestTemplates: { [JSON_TYPE]: requestTemplate(tenantContextKey, keyTexts) },
      integrationResponses: [
        { statusCode: '202', selectionPattern: '2\\d{2}', responseTemplates: { [JSON_TYPE]: cors + acceptedTemplate() } },
        { statusCode: '400', selectionPattern: '400', responseTemplates: { [JSON_TYPE]: cors + rejectedTemplate() } },
        // All other errors are not the caller's fault, including a 403 because the role lost its permission.
        {
          statusCode: '503',
          responseParameters: { 'method.response.header.Retry-After': `'${RETRY_AFTER}'` },
          responseTemplates: { [JSON_TYPE]: cors + failedTemplate() },
        },
      ],
    },
  });
  return {
    integration,
    requestSchema: schema,
    methodResponses: [
      { statusCode: '202', responseParameters: headers },
      // Its template can change the status to 503.
      { statusCode: '400', responseParameters: { ...RETRY_AFTER_HEADER, ...headers } },
      { statusCode: '503', responseParameters: { ...RETRY_AFTER_HEADER, ...headers } },
    ],
  };
}

/** @returns the key of the authorizer's context that contains the tenant */
function checkRoute({ path, tenantNoun }: RouteTarget, route: ApiRoute): string {
  const { httpMethod, tenantContextKey } = route;
  if (!['POST', 'PUT', 'PATCH'].includes(httpMethod)) {
    invalid(path, 'httpMethod', httpMethod, 'POST, PUT or PATCH, which have a body');
  }
  if (tenantContextKey === undefined) {
    invalid(
      path,
      'authorization',
      `${httpMethod} ${route.path}`,
      'a route that needs a token, because the tenant of an item comes from the token',
    );
  }
  if (Token.isUnresolved(tenantContextKey) || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(tenantContextKey)) {
    invalid(
      path,
      'tenantContextKey',
      tenantContextKey,
      'a name of letters, digits and underscores, known at synthesis, in the context of a Lambda authorizer',
    );
  }
  if (route.tenantNoun !== undefined && tenantNoun !== undefined && route.tenantNoun !== tenantNoun) {
    invalid(path, 'options.tenantNoun', route.tenantNoun, `${tenantNoun}, the tenancy of the path: two tenancies may use the same ids`);
  }
  return tenantContextKey;
}
