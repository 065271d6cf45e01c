/**
 * One line of JSON for each request: who (tenant, tier and user, as the authorizer found them), what, how it ended and how long it took. Never
 * the token, nor any other header or the body. Documented: "Variables for access logging for API Gateway".
 *
 * No value is a text that a caller chooses: whether API Gateway escapes a quote in a value is reported and not documented, and one that it did not
 * escape would add fields, or end the line's JSON. So the User-Agent is in the firewall's log, under the same id, the path is the route's, and the
 * request id, which a client can override, is in the lines of functions (ADR-039).
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
