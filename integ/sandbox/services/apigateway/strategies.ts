import type { Endpoint, Functions } from '../../contracts';
import type { HttpResponse } from '../../protocol/http';
import type { IntegrationDefinition } from './definition';
import type { Exchange } from './exchange';
import { misconfigured } from './failure';
import { type Connect, callHttp } from './http-call';
import { callHttpProxy } from './http-proxy';
import { integrationRequest, within } from './integration';
import { callLambda, callLambdaProxy } from './lambda';
import type { CallService, EndpointResponse, IntegrationRequest } from './messages';
import { integrationResponse } from './respond';
import { parseJson } from './vtl/json';

export interface IntegrationParts {
  readonly endpoint: Endpoint;
  readonly functions: Functions;
  readonly callService: CallService;
  readonly connect: Connect;
}

/** The status of an integration, for the access log, and the method's response. */
export interface Integrated {
  readonly status: number;
  readonly backendStatus: number;
  response(): HttpResponse;
}

export type Integrate = (exchange: Exchange) => Promise<Integrated>;

/** Chooses once how an integration is called. A proxy's response is returned unchanged; any other response is mapped. */
export function strategyOf(integration: IntegrationDefinition, parts: IntegrationParts): Integrate {
  const call = callOf(integration, parts);
  return (exchange) => within(integration.timeout, () => call(exchange));
}

function callOf(integration: IntegrationDefinition, parts: IntegrationParts): Integrate {
  const { target, credentials } = integration;
  switch (target.kind) {
    case 'mock':
      return mapped(integration, async (_, { body }) => mock(body));
    case 'service':
      return mapped(integration, (exchange, request) => parts.callService(target, integration, exchange, request));
    case 'lambda':
      return mapped(integration, (exchange, request) => callLambda(parts, target.functionArn, credentials, exchange, request));
    case 'lambda-proxy':
      // Documented: the integration status is that of Lambda, not of the function.
      return async (exchange) => proxied(await callLambdaProxy(parts, target.functionArn, credentials, exchange), 200);
    case 'http':
      return mapped(integration, (exchange, request) => callHttp(parts.connect, target, integration, exchange, request));
    case 'http-proxy':
      return async (exchange) => proxied(await callHttpProxy(parts.connect, target, integration, exchange));
  }
}

function proxied(response: HttpResponse, status = response.status): Integrated {
  return { status, backendStatus: response.status, response: () => response };
}

function mapped(
  integration: IntegrationDefinition,
  call: (exchange: Exchange, request: IntegrationRequest) => Promise<EndpointResponse>,
): Integrate {
  return async (exchange) => {
    const endpointResponse = await call(exchange, integrationRequest(integration, exchange));
    return {
      status: endpointResponse.status,
      backendStatus: endpointResponse.status,
      response: () => integrationResponse(integration, exchange, endpointResponse),
    };
  };
}

/** Reads `{"statusCode": 200}`, with or without the quotes: API Gateway accepts both, and the CDK omits them. */
function mock(body: string): EndpointResponse {
  let status: string | undefined;
  try {
    const value = parseJson(body);
    const code = value instanceof Map ? value.get('statusCode') : undefined;
    status = typeof code === 'bigint' ? String(code) : undefined;
  } catch {
    status = /^\s*\{\s*'?statusCode'?\s*:\s*(\d+)\s*(?:,[\s\S]*)?\}\s*$/.exec(body)?.[1];
  }
  if (status === undefined) throw misconfigured('Unable to parse statusCode: it must be an integer in the request template');
  return { status: Number(status), headers: [], body: '', selects: status };
}
