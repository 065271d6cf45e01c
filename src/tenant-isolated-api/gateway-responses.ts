import { GatewayResponse, type IRestApi, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/** In the one shape that everything behind the API answers errors in, too. Only simple variables can be put in; no caller chooses the extended request id. */
const BODY = '{"message":$context.error.messageString,"correlationId":"$context.extendedRequestId"}';
/** With what the validator found: it names fields of the body, which the caller wrote. */
const VALIDATION =
  '{"message":$context.error.messageString,"details":"$context.error.validationErrorString","correlationId":"$context.extendedRequestId"}';

/** Seconds. A bucket that is empty has its next token within one; a quota is renewed at midnight UTC, and an hour is as good a guess as any. */
const RETRY_AFTER = { throttled: '1', quota: '3600' };

/**
 * Gives what API Gateway answers by itself the shape of all answers.
 *
 * Its responses have no mapping templates, so that they can't choose among origins: a browser is told the origin where there is one only.
 */
export function createGatewayResponses(scope: Construct, restApi: IRestApi, allowedOrigins: readonly string[]): void {
  const cors: Record<string, string> =
    allowedOrigins.length === 1
      ? {
          'Access-Control-Allow-Origin': `'${allowedOrigins[0]}'`,
          // A page can read when to come back only where it is let.
          'Access-Control-Expose-Headers': "'Retry-After'",
          Vary: "'Origin'",
        }
      : {};
  const add = (id: string, type: ResponseType, headers: Record<string, string> = {}, template = BODY): void => {
    new GatewayResponse(scope, id, {
      restApi,
      type,
      responseHeaders: { ...cors, ...headers },
      templates: { 'application/json': template },
    });
  };
  add('ClientErrors', ResponseType.DEFAULT_4XX);
  add('ServerErrors', ResponseType.DEFAULT_5XX);
  add('Unauthorized', ResponseType.UNAUTHORIZED, { 'WWW-Authenticate': "'Bearer'" });
  add('Throttled', ResponseType.THROTTLED, { 'Retry-After': `'${RETRY_AFTER.throttled}'` });
  add('QuotaExceeded', ResponseType.QUOTA_EXCEEDED, { 'Retry-After': `'${RETRY_AFTER.quota}'` });
  add('BadBody', ResponseType.BAD_REQUEST_BODY, {}, VALIDATION);
}
