import { GatewayResponse, type IRestApi, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/**
 * The same format as all other errors of this library. Only simple variables can be used, without escaping, so text that a caller chooses
 * must not be among them unquoted. Callers cannot choose the extended request id, and API Gateway quotes `messageString`, as in its own
 * templates. `validationErrorString` contains names of the body's fields; whether its quotes are escaped is not documented, so it is left
 * out.
 */
const BODY = '{"message":$context.error.messageString,"correlationId":"$context.extendedRequestId"}';

/** Headers of these responses that a web page may read. */
const EXPOSED = ['Retry-After', 'WWW-Authenticate'];

/** Seconds. A throttled client can retry after one. A quota is renewed at midnight UTC; one hour avoids frequent retries until then. */
const RETRY_AFTER = { throttled: '1', quota: '3600' };

/**
 * Creates the gateway responses: the errors that API Gateway itself returns, in the same format as all errors.
 *
 * Gateway responses have no mapping templates, so they cannot select the origin: they name the first one, whose pages can read them.
 * Pages of other origins see only that the call failed. The header never echoes the request's origin: that would let every page read the
 * response.
 */
export function createGatewayResponses(scope: Construct, restApi: IRestApi, allowedOrigins: readonly string[]): void {
  const cors: Record<string, string> =
    allowedOrigins.length === 0
      ? {}
      : {
          'Access-Control-Allow-Origin': `'${allowedOrigins[0]}'`,
          'Access-Control-Expose-Headers': `'${EXPOSED.join(',')}'`,
          Vary: "'Origin'",
        };
  const add = (id: string, type: ResponseType, headers: Record<string, string> = {}): void => {
    new GatewayResponse(scope, id, {
      restApi,
      type,
      responseHeaders: { ...cors, ...headers },
      templates: { 'application/json': BODY },
    });
  };
  add('ClientErrors', ResponseType.DEFAULT_4XX);
  add('ServerErrors', ResponseType.DEFAULT_5XX);
  add('Unauthorized', ResponseType.UNAUTHORIZED, { 'WWW-Authenticate': "'Bearer'" });
  add('Throttled', ResponseType.THROTTLED, { 'Retry-After': `'${RETRY_AFTER.throttled}'` });
  add('QuotaExceeded', ResponseType.QUOTA_EXCEEDED, { 'Retry-After': `'${RETRY_AFTER.quota}'` });
}
