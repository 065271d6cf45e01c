/** Gateway response types with their documented status ("Gateway response types for API Gateway") and the error type header. */
export const RESPONSE_TYPES = {
  ACCESS_DENIED: { status: 403, errorType: 'AccessDeniedException' },
  API_CONFIGURATION_ERROR: { status: 500, errorType: 'InternalServerErrorException' },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, errorType: 'AuthorizerConfigurationException' },
  AUTHORIZER_FAILURE: { status: 500, errorType: 'AuthorizerFailureException' },
  BAD_REQUEST_PARAMETERS: { status: 400, errorType: 'BadRequestException' },
  BAD_REQUEST_BODY: { status: 400, errorType: 'BadRequestException' },
  DEFAULT_4XX: { status: 400, errorType: 'BadRequestException' },
  DEFAULT_5XX: { status: 500, errorType: 'InternalServerErrorException' },
  EXPIRED_TOKEN: { status: 403, errorType: 'ExpiredTokenException' },
  INTEGRATION_FAILURE: { status: 504, errorType: 'InternalServerErrorException' },
  INTEGRATION_TIMEOUT: { status: 504, errorType: 'InternalServerErrorException' },
  INVALID_API_KEY: { status: 403, errorType: 'ForbiddenException' },
  INVALID_SIGNATURE: { status: 403, errorType: 'InvalidSignatureException' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, errorType: 'MissingAuthenticationTokenException' },
  QUOTA_EXCEEDED: { status: 429, errorType: 'LimitExceededException' },
  REQUEST_TOO_LARGE: { status: 413, errorType: 'RequestTooLargeException' },
  RESOURCE_NOT_FOUND: { status: 404, errorType: 'NotFoundException' },
  THROTTLED: { status: 429, errorType: 'TooManyRequestsException' },
  UNAUTHORIZED: { status: 401, errorType: 'UnauthorizedException' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, errorType: 'BadRequestException' },
  WAF_FILTERED: { status: 403, errorType: 'ForbiddenException' },
} as const;

export type ResponseType = keyof typeof RESPONSE_TYPES;

export function isResponseType(type: string): type is ResponseType {
  return Object.hasOwn(RESPONSE_TYPES, type);
}

/** A request that API Gateway answers itself, with a gateway response. */
export class GatewayFailure extends Error {
  public readonly name = 'GatewayFailure';

  /**
   * @param publicMessage `$context.error.message`, which the caller receives; null if API Gateway has no message
   * @param details `cause` is for the access log and the terminal, never for the caller
   */
  constructor(
    readonly type: ResponseType,
    readonly publicMessage: string | null,
    readonly details: { readonly cause?: string; readonly status?: number; readonly errorType?: string } = {},
  ) {
    super(details.cause ?? publicMessage ?? type);
  }
}

/** An error of the configuration, a template or a permission: 500, without the cause. */
export function misconfigured(cause: string): GatewayFailure {
  return new GatewayFailure('API_CONFIGURATION_ERROR', 'Internal server error', { cause });
}

/** The gateway response that API Gateway returns for an error. */
export function failureOf(error: unknown): GatewayFailure {
  return error instanceof GatewayFailure ? error : misconfigured(error instanceof Error ? error.message : String(error));
}
