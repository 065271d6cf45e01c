import type { JsonObject } from '../../contracts';
import { type HttpPair, multipleValues, singleValues } from '../../protocol/http';
import type { Exchange } from './exchange';

/** The event of a Lambda proxy integration and of a REQUEST authorizer, without the payload. */
export function requestEvent(exchange: Exchange): JsonObject {
  const { request, parameters, stage } = exchange;
  // The result of AWS WAF is available in access logs and mapping templates only.
  const { waf: _, wafResponseCode: __, webaclArn: ___, ...context } = exchange.context;
  const headers = eventHeaders(exchange);
  const query = Object.entries(request.query);
  const orNull = (values: JsonObject): JsonObject | null => (Object.keys(values).length === 0 ? null : values);
  return {
    resource: context.resourcePath as string,
    path: request.path,
    httpMethod: request.method,
    headers: singleValues(headers),
    multiValueHeaders: multipleValues(headers),
    queryStringParameters: orNull(Object.fromEntries(query.map(([name, values]) => [name, values.at(-1) ?? '']))),
    multiValueQueryStringParameters: orNull(Object.fromEntries(query.map(([name, values]) => [name, [...values]]))),
    pathParameters: orNull({ ...parameters }),
    stageVariables: orNull({ ...stage.variables }),
    requestContext: context,
  };
}

/** The headers as sent, with those that API Gateway sets. The Host header is the API's name on AWS, not the address on this machine. */
function eventHeaders({ request, api }: Exchange): HttpPair[] {
  const added = ['host', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'];
  const forwarded = request.headers.filter(([name]) => name.toLowerCase() === 'x-forwarded-for').map(([, value]) => value);
  return [
    ...request.headers.filter(([name]) => !added.includes(name.toLowerCase())),
    ['Host', api.host],
    ['X-Forwarded-For', [...forwarded, request.sourceIp].join(', ')],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
}
