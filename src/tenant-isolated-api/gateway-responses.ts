import { GatewayResponse, type IRestApi, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/**
 * In the one shape that everything behind the API answers errors in, too. Only simple variables can be put in, as they are: what a caller
 * chooses must not be among them unquoted. No caller chooses the extended request id, and `messageString` is quoted by API Gateway, as in its
 * own templates. What the validator found (`validationErrorString`) names fields of the body, and whether its quotes are escaped is not
 * documented: it stays out.
 */
const BODY = '{"message":$context.error.messageString,"correlationId":"$context.extendedRequestId"}';

/** Headers of these answers that a page needs: when to come again, and what kind of token is wanted. */
const EXPOSED = ['Retry-After', 'WWW-Authenticate'];

/** Seconds. A bucket that is empty has its next token within one; a quota is renewed at midnight UTC, and an hour is as good a guess as any. */
const RETRY_AFTER = { throttled: '1', quota: '3600' };

/**
 * Gives what API Gateway answers by itself the shape of all answers.
 *
 * Its responses have no mapping templates, so that they can't choose among origins: they name the first, whose pages can read them. Pages of
 * the others see only that the call failed. The header is never made of the request's own: that would let every page read.
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
