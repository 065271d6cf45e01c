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

/** What a route needs of its path. */
export interface RouteTarget {
  readonly path: IConstruct;
  readonly queue: IQueue;
  readonly role: IRole;
  readonly schema: JsonSchema;
  /** The noun of the tenancy that the table belongs to, where it belongs to one. */
  readonly tenantNoun?: string;
  /** The texts of a body that keys are made of. */
  readonly keyTexts: readonly KeyText[];
}

/** A method that sends valid bodies to the queue, and answers without a word from behind it. */
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
        // Anything else, a 403 of a role that lost its permission included, is not the caller's fault.
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
      // Its template may find that it is a 503.
      { statusCode: '400', responseParameters: { ...RETRY_AFTER_HEADER, ...headers } },
      { statusCode: '503', responseParameters: { ...RETRY_AFTER_HEADER, ...headers } },
    ],
  };
}

/** @returns the key of the authorizer's context that holds the tenant */
function checkRoute({ path, tenantNoun }: RouteTarget, route: ApiRoute): string {
  const { httpMethod, tenantContextKey } = route;
  if (!['POST', 'PUT', 'PATCH'].includes(httpMethod)) {
    invalid(path, 'httpMethod', httpMethod, 'POST, PUT or PATCH: only they have a body');
  }
  if (tenantContextKey === undefined) {
    invalid(path, 'authorization', `${httpMethod} ${route.path}`, 'a route that needs a token: without one nobody knows whose item it is');
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
    invalid(
      path,
      'options.tenantNoun',
      route.tenantNoun,
      `${tenantNoun}, whose tenants the table keeps apart: ids of two tenancies may be the same`,
    );
  }
  return tenantContextKey;
}
