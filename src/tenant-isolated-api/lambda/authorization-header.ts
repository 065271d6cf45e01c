/** The parts of the authorizer's event that are read. */
export interface AuthorizerEvent {
  readonly methodArn: string;
  readonly httpMethod?: string;
  /** The route's path: `/grades/{student}`. */
  readonly resource?: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
  readonly requestContext?: {
    readonly extendedRequestId?: string;
    /** May be chosen by the caller. */
    readonly requestId?: string;
  };
}

/** A Cognito access token has about 1,000 characters; API Gateway accepts up to 10,240 bytes of headers. */
const LONGEST_TOKEN = 8_192;
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Thrown for a request that is not authorized. The message is only logged. */
export class Rejected extends Error {}

/**
 * Returns the bearer token of the `Authorization` header.
 *
 * A request with two such headers is rejected: API Gateway evaluates one and forwards both, so a backend could use the other one.
 *
 * @throws Rejected if there is not exactly one header with a bearer token
 */
export function tokenOf({ multiValueHeaders }: AuthorizerEvent): string {
  const values = Object.entries(multiValueHeaders ?? {})
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, all]) => all);
  if (values.length !== 1) throw new Rejected(`${values.length} Authorization headers`);
  const token = BEARER.exec(values[0])?.[1];
  if (token === undefined) throw new Rejected('no bearer token');
  if (token.length > LONGEST_TOKEN) throw new Rejected('the token is too long');
  return token;
}
