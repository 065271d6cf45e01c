/**
 * One line of JSON for each request: tenant, tier and user from the authorizer, the route, the result and the latencies. Never the token,
 * other headers or the body. Documented: "Variables for access logging for API Gateway".
 *
 * No value is text that a caller chooses. That API Gateway escapes quotes in values is not documented, and an unescaped quote would let
 * callers add fields or break the JSON. So the User-Agent is only in the firewall's log, under the same id, the path is that of the
 * route, and the request id, which a client can override, is only in the log lines of functions (ADR-039).
 */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  correlationId: '$context.extendedRequestId',
  time: '$context.requestTimeEpoch',
  tenant: '$context.authorizer.tenantId',
  tier: '$context.authorizer.tier',
  user: '$context.authorizer.userId',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integration.latency',
  integrationStatus: '$context.integration.status',
  authorizerLatency: '$context.authorizer.latency',
  firewall: '$context.wafResponseCode',
  error: '$context.error.responseType',
  responseLength: '$context.responseLength',
});
