import { Names, Token } from 'aws-cdk-lib';
import {
  AuthorizationType,
  AwsIntegration,
  type IResource,
  type IRestApi,
  type JsonSchema,
  type Method,
  Model,
  PassthroughBehavior,
  RequestValidator,
} from 'aws-cdk-lib/aws-apigateway';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import type { ApiRouteOptions } from '../core';
import { deployRoute } from '../core/private/api-deployment';
import { invalid } from '../core/private/base/invalid';
import { corsHeaders, corsTemplate } from '../core/private/cors-template';
import { acknowledge } from '../core/private/rule-packs';
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
  readonly tenant?: string;
  /** The paths in a body to the texts that become part of keys. */
  readonly keyTexts: readonly (readonly string[])[];
}

/** Adds a method that sends valid bodies to the queue, and answers without a word from behind it. */
export function addIngestMethod(target: RouteTarget, resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
  const { path, queue, role, schema, keyTexts } = target;
  if (!['POST', 'PUT', 'PATCH'].includes(httpMethod)) invalid(path, 'httpMethod', httpMethod, 'POST, PUT or PATCH: only they have a body');
  const tenantContextKey = options.tenantContextKey ?? 'tenantId';
  if (Token.isUnresolved(tenantContextKey) || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(tenantContextKey)) {
    invalid(
      path,
      'tenantContextKey',
      tenantContextKey,
      'a name of letters, digits and underscores, known at synthesis, in the context of a Lambda authorizer',
    );
  }

  if (options.tenant !== undefined && target.tenant !== undefined && options.tenant !== target.tenant) {
    invalid(
      path,
      'options.tenant',
      options.tenant,
      `${target.tenant}, whose tenants the table keeps apart: ids of two tenancies may be the same`,
    );
  }

  const origins = options.allowedOrigins ?? [];
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
  const method = resource.addMethod(httpMethod, integration, {
    authorizer: options.authorizer,
    apiKeyRequired: options.apiKeyRequired ?? false,
    requestValidator: bodyValidator(path, resource.api),
    requestModels: { [JSON_TYPE]: bodyModel(path, resource.api, schema) },
    methodResponses: [
      { statusCode: '202', responseParameters: headers },
      // Its template may find that it is a 503.
      { statusCode: '400', responseParameters: { ...RETRY_AFTER_HEADER, ...headers } },
      { statusCode: '503', responseParameters: { ...RETRY_AFTER_HEADER, ...headers } },
    ],
  });
  deployRoute(method);
  if (options.authorizer.authorizationType !== AuthorizationType.COGNITO) {
    const reason = "The API's owner chose this authorizer: it must know the caller's tenant, which a user pool alone need not.";
    acknowledge(method, ['AwsSolutions'], 'COG4', reason);
  }
  return method;
}

/** In the API's scope, because it may be in another stack than the path; named after the path, because an API may have several. */
function bodyValidator(path: IConstruct, api: IRestApi): RequestValidator {
  const id = `${Names.uniqueResourceName(path, { maxLength: 80 })}BodyValidator`;
  return (
    (api.node.tryFindChild(id) as RequestValidator | undefined) ??
    new RequestValidator(api, id, { restApi: api, validateRequestBody: true, validateRequestParameters: false })
  );
}

function bodyModel(path: IConstruct, api: IRestApi, schema: JsonSchema): Model {
  const id = `${Names.uniqueResourceName(path, { maxLength: 80 })}BodyModel`;
  return (api.node.tryFindChild(id) as Model | undefined) ?? new Model(api, id, { restApi: api, schema, contentType: JSON_TYPE });
}
