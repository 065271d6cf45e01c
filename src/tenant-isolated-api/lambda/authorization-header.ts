/** What the authorizer is told of a request, as far as it is read. */
export interface AuthorizerEvent {
  readonly methodArn: string;
  readonly httpMethod?: string;
  /** The route's path: `/grades/{student}`. */
  readonly resource?: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
  readonly requestContext?: {
    readonly extendedRequestId?: string;
    /** What the caller may have chosen. */
    readonly requestId?: string;
  };
}

/** A token of Cognito's has about 1,000 characters; API Gateway takes 10,240 bytes of headers. */
const LONGEST_TOKEN = 8_192;
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** A request that is not let in; the message is for the log. */
export class Rejected extends Error {}

/**
 * The token of the one `Authorization` header.
 *
 * API Gateway decides by itself which of two it looks at, and hands both on: what is behind it could take the other one.
 *
 * @throws Rejected
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
