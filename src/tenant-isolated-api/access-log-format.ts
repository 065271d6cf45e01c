/**
 * One line of JSON for each request: who (tenant, tier and user, as the authorizer found them), what, how it ended and how long it took. Never
 * the token, nor any other header or the body. Documented: "Variables for access logging for API Gateway".
 */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  correlationId: '$context.requestId',
  requestId: '$context.extendedRequestId',
  time: '$context.requestTimeEpoch',
  tenant: '$context.authorizer.tenantId',
  tier: '$context.authorizer.tier',
  user: '$context.authorizer.userId',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integration.latency',
  integrationStatus: '$context.integration.status',
  authorizerLatency: '$context.authorizer.latency',
  firewall: '$context.wafResponseCode',
  error: '$context.error.responseType',
  responseLength: '$context.responseLength',
});
