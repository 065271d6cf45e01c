import { type HttpPair, type HttpResponse, header, mediaType } from '../../protocol/http';
import type { GatewayResponseDefinition, IntegrationDefinition, IntegrationResponseDefinition } from './definition';
import { contextVariable, type Exchange } from './exchange';
import { type GatewayFailure, misconfigured, RESPONSE_TYPES } from './failure';
import { render } from './integration';
import { mapped } from './mapping';
import type { EndpointResponse } from './messages';
import { javaMatches } from './vtl/java-text';
import { javaString, type Value } from './vtl/value';

/** Maps the endpoint's response by the integration response that its status or error message selects. */
export function integrationResponse(
  integration: IntegrationDefinition,
  exchange: Exchange,
  endpointResponse: EndpointResponse,
): HttpResponse {
  const response =
    integration.responses.find(
      ({ selectionPattern }) => selectionPattern !== undefined && javaMatches(endpointResponse.selects, selectionPattern),
    ) ?? integration.responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (!response) {
    throw misconfigured(
      `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${endpointResponse.status}`,
    );
  }
  const headers = new Map<string, HttpPair>();
  for (const [name, expression] of Object.entries(response.parameters)) {
    const value = mapped(expression, exchange, endpointResponse);
    const key = name.slice('method.response.header.'.length);
    if (value !== undefined) headers.set(key.toLowerCase(), [key, value]);
  }
  const [type, template] = responseTemplate(response, exchange);
  const body = template ? render(template, exchange, endpointResponse.body) : endpointResponse.body;
  const overrides = exchange.overrides.get('responseOverride') as ReadonlyMap<string, Value>;
  for (const [name, value] of overrides.get('header') as ReadonlyMap<string, Value>)
    headers.set(name.toLowerCase(), [name, javaString(value)]);
  if (!headers.has('content-type')) headers.set('content-type', ['Content-Type', type]);
  return { status: statusOf(response, overrides.get('status')), headers: [...headers.values()], body };
}

/** Ignores an override that is not a status from 100 to 599. */
function statusOf(response: IntegrationResponseDefinition, override: Value): number {
  const status = typeof override === 'bigint' || typeof override === 'string' ? Number(override) : Number.NaN;
  return Number.isInteger(status) && status >= 100 && status < 600 ? status : response.statusCode;
}

/** The template of the Accept header, or else of `application/json`, or else the first one. Without templates the body passes through. */
function responseTemplate(response: IntegrationResponseDefinition, exchange: Exchange) {
  const { templates } = response;
  const accept = mediaType(header(exchange.request.headers, 'Accept'));
  for (const type of [accept, 'application/json', [...templates.keys()][0]]) {
    const template = type === undefined ? undefined : templates.get(type);
    if (type !== undefined && template) return [type, template] as const;
  }
  return ['application/json', undefined] as const;
}

/** The gateway response of a failure: the API's own for its type, or else its DEFAULT_4XX or DEFAULT_5XX, or else API Gateway's. */
export function gatewayResponse(failure: GatewayFailure, exchange: Exchange): HttpResponse {
  const { gatewayResponses } = exchange.api;
  const own = RESPONSE_TYPES[failure.type];
  const status = failure.details.status ?? own.status;
  // Documented: "Important notes for REST APIs": the gateway response of 413 cannot be customized.
  const customizable = failure.type !== 'REQUEST_TOO_LARGE';
  const fallback = gatewayResponses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const custom = customizable ? (gatewayResponses.get(failure.type) ?? fallback) : undefined;
  exchange.context.error = {
    message: failure.publicMessage,
    messageString: failure.publicMessage === null ? 'null' : JSON.stringify(failure.publicMessage),
    responseType: failure.type,
    validationErrorString: failure.type === 'BAD_REQUEST_BODY' ? (failure.details.cause ?? null) : null,
  };
  const [type, template] = gatewayTemplate(custom, failure, exchange);
  const headers: HttpPair[] = [['x-amzn-ErrorType', failure.details.errorType ?? own.errorType]];
  for (const [name, expression] of Object.entries(custom?.parameters ?? {})) {
    const value = mapped(expression, exchange);
    if (value !== undefined) headers.push([name.slice('gatewayresponse.header.'.length), value]);
  }
  if (header(headers, 'Content-Type') === undefined) headers.push(['Content-Type', type]);
  return { status: custom?.statusCode ?? status, headers, body: substitute(template, exchange) };
}

function gatewayTemplate(custom: GatewayResponseDefinition | undefined, failure: GatewayFailure, exchange: Exchange): [string, string] {
  const accept = mediaType(header(exchange.request.headers, 'Accept'));
  const templates = custom?.templates;
  for (const type of [accept, 'application/json', templates && [...templates.keys()][0]]) {
    const template = type === undefined ? undefined : templates?.get(type);
    if (type !== undefined && template !== undefined) return [type, template];
  }
  // ACCESS_DENIED is the only default response with an uppercase key.
  const key = failure.type === 'ACCESS_DENIED' ? 'Message' : 'message';
  return ['application/json', `{"${key}":$context.error.messageString}`];
}

/** Documented: a template of a gateway response "is not processed by the VTL engine": only variables are replaced. */
function substitute(template: string, exchange: Exchange): string {
  return template.replace(/\$(context|stageVariables)\.([\w-]+(?:\.[\w-]+)*)|\$method\.request\.(\w+)\.([\w-]+)/g, (...found: string[]) => {
    const [, space, name, place, parameter] = found;
    if (space === 'context') return contextVariable(exchange.context, name) ?? '';
    if (space === 'stageVariables') return exchange.stage.variables[name] ?? '';
    return mapped(`method.request.${place}.${parameter}`, exchange) ?? '';
  });
}
