import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { forward } from '../../process/forward';
import { listen } from '../../process/loopback';
import type { Port } from '../../process/ports';
import { readBody } from '../../protocol/read-body';
import { ServiceError } from '../../protocol/service-error';
import type { Cognito } from './ministack';
import { credentialsOf, logoutProblem, type OAuthError, signInProblem, tokenProblem } from './oauth';
import type { Pool } from './pools';

const KEYS = /^\/([\w-]+)\/\.well-known\/(?:jwks\.json|openid-configuration)$/;

export interface UsersServer {
  readonly origin: string;
  close(): Promise<void>;
}

interface Request {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

/** Serves the endpoints of a pool's domain and of its issuer, for the clients of this pool. */
export function servePool(pool: Pool, engineUrl: string, cognito: Cognito, port?: Port): Promise<UsersServer> {
  return serve(port, async (request) => {
    const { incoming, outgoing, path, query, form } = request;
    const credentials = credentialsOf(incoming.headers.authorization, form);
    const unless = (problem: OAuthError | undefined, url = incoming.url) =>
      problem ? sendError(outgoing, problem) : engine(request, engineUrl, url);
    switch (`${incoming.method} ${path}`) {
      case 'GET /oauth2/authorize':
      case 'GET /login': {
        const provider = query.get('identity_provider');
        if (provider !== null && provider !== 'COGNITO') {
          return sendError(outgoing, {
            status: 400,
            error: 'invalid_request',
            description: `identity_provider ${provider} is not supported`,
          });
        }
        query.delete('identity_provider');
        return unless(signInProblem(pool, query), `/oauth2/authorize?${query}`);
      }
      case 'POST /login':
        // The form for a new password identifies its sign-in by a token of the engine.
        return unless(form.has('np_token') && !form.has('client_id') ? undefined : signInProblem(pool, form), '/login');
      case 'POST /oauth2/token':
        return unless(tokenProblem(pool, credentials), path);
      case 'POST /oauth2/revoke':
        return revoke(outgoing, form.get('token') ?? '', credentials, cognito);
      case 'GET /logout':
        return unless(logoutProblem(pool, query));
      case 'GET /oauth2/userInfo':
      case 'POST /oauth2/userInfo':
        return engine(request, engineUrl, path);
      default:
        return keys(request, [pool], engineUrl);
    }
  });
}

/** Serves `cognito-idp.<region>.amazonaws.com`: the keys of all pools. Forwards requests of SDKs to the endpoint. */
export function serveIssuers(pools: readonly Pool[], engineUrl: string, endpointUrl: string): Promise<UsersServer> {
  return serve(undefined, (request) => {
    const { headers } = request.incoming;
    return headers['x-amz-target'] === undefined
      ? keys(request, pools, engineUrl)
      : send(request, endpointUrl, request.incoming.url, headers);
  });
}

async function serve(port: Port | undefined, answer: (request: Request) => Promise<void> | void): Promise<UsersServer> {
  const server = createServer((incoming, outgoing) => {
    const failed = (error: Error) => sendError(outgoing, { status: 502, error: 'server_error', description: error.message });
    read(incoming, outgoing).then(answer).catch(failed);
  });
  return listen(server, port);
}

async function read(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Request> {
  const body = await readBody(incoming);
  const [path, ...query] = (incoming.url ?? '/').split('?');
  return { incoming, outgoing, body, path, query: new URLSearchParams(query.join('?')), form: new URLSearchParams(body.toString()) };
}

function keys(request: Request, pools: readonly Pool[], engineUrl: string): Promise<void> | void {
  const [, id] = KEYS.exec(request.path) ?? [];
  if (request.incoming.method !== 'GET' || !pools.some((pool) => pool.id === id)) {
    return sendError(request.outgoing, { status: 404, error: 'not_found', description: `Nothing is served at ${request.path}` });
  }
  return engine(request, engineUrl, request.path);
}

/** Documented: "Revoke endpoint". */
async function revoke(
  outgoing: ServerResponse,
  Token: string,
  { clientId, secret }: ReturnType<typeof credentialsOf>,
  cognito: Cognito,
): Promise<void> {
  try {
    await cognito('RevokeToken', { Token, ClientId: clientId, ...(secret === undefined ? {} : { ClientSecret: secret }) });
    outgoing.writeHead(200).end();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const [name, status] = {
      UnauthorizedException: ['invalid_client', 401],
      UnsupportedTokenTypeException: ['unsupported_token_type', 400],
    }[error.code] ?? ['invalid_request', 400];
    sendError(outgoing, { error: String(name), description: error.message, status: Number(status) });
  }
}

/**
 * Forwards a request to the engine with only the headers that a browser or an OAuth client needs, because the engine selects the service by
 * the headers and serves all services without authentication.
 */
function engine(request: Request, engineUrl: string, url: string | undefined): Promise<void> {
  const { 'content-type': type, authorization } = request.incoming.headers;
  const headers = { ...(type === undefined ? {} : { 'content-type': type }), ...(authorization === undefined ? {} : { authorization }) };
  return send(request, engineUrl, url, headers);
}

function send({ incoming, outgoing, body }: Request, origin: string, path: string | undefined, given: IncomingHttpHeaders): Promise<void> {
  const { 'transfer-encoding': _, connection: __, ...headers } = given;
  return forward(incoming, outgoing, new URL(origin), { path, headers: { ...headers, 'content-length': body.length } }, body);
}

function sendError(outgoing: ServerResponse, { status, error, description }: OAuthError): void {
  if (!outgoing.headersSent) outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ error, error_description: description }));
}
