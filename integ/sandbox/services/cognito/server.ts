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

/** A request that was read. */
interface Asked {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

/** Serves what a pool's domain and its issuer serve, for the clients of this pool. */
export function servePool(pool: Pool, engineUrl: string, cognito: Cognito, port?: Port): Promise<UsersServer> {
  return serve(port, async (asked) => {
    const { incoming, outgoing, path, query, form } = asked;
    const credentials = credentialsOf(incoming.headers.authorization, form);
    const unless = (problem: OAuthError | undefined, url = incoming.url) =>
      problem ? sendError(outgoing, problem) : engine(asked, engineUrl, url);
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
        // A later page of the form knows its sign-in by a token of the engine.
        return unless(form.has('np_token') && !form.has('client_id') ? undefined : signInProblem(pool, form), '/login');
      case 'POST /oauth2/token':
        return unless(tokenProblem(pool, credentials), path);
      case 'POST /oauth2/revoke':
        return revoke(outgoing, form.get('token') ?? '', credentials, cognito);
      case 'GET /logout':
        return unless(logoutProblem(pool, query));
      case 'GET /oauth2/userInfo':
      case 'POST /oauth2/userInfo':
        return engine(asked, engineUrl, path);
      default:
        return keys(asked, [pool], engineUrl);
    }
  });
}

/** Serves `cognito-idp.<region>.amazonaws.com`: the keys of all pools; what an SDK sends there goes to the endpoint. */
export function serveIssuers(pools: readonly Pool[], engineUrl: string, endpointUrl: string): Promise<UsersServer> {
  return serve(undefined, (asked) => {
    const { headers } = asked.incoming;
    return headers['x-amz-target'] === undefined ? keys(asked, pools, engineUrl) : send(asked, endpointUrl, asked.incoming.url, headers);
  });
}

async function serve(port: Port | undefined, answer: (asked: Asked) => Promise<void> | void): Promise<UsersServer> {
  const server = createServer((incoming, outgoing) => {
    const failed = (error: Error) => sendError(outgoing, { status: 502, error: 'server_error', description: error.message });
    read(incoming, outgoing).then(answer).catch(failed);
  });
  return listen(server, port);
}

async function read(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Asked> {
  const body = await readBody(incoming);
  const [path, ...query] = (incoming.url ?? '/').split('?');
  return { incoming, outgoing, body, path, query: new URLSearchParams(query.join('?')), form: new URLSearchParams(body.toString()) };
}

function keys(asked: Asked, pools: readonly Pool[], engineUrl: string): Promise<void> | void {
  const [, id] = KEYS.exec(asked.path) ?? [];
  if (asked.incoming.method !== 'GET' || !pools.some((pool) => pool.id === id)) {
    return sendError(asked.outgoing, { status: 404, error: 'not_found', description: `Nothing is served at ${asked.path}` });
  }
  return engine(asked, engineUrl, asked.path);
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
 * The engine finds the service of a request by its headers, and serves all of them to everybody: none goes there but what a browser or a client of
 * OAuth says to this endpoint.
 */
function engine(asked: Asked, engineUrl: string, url: string | undefined): Promise<void> {
  const { 'content-type': type, authorization } = asked.incoming.headers;
  const headers = { ...(type === undefined ? {} : { 'content-type': type }), ...(authorization === undefined ? {} : { authorization }) };
  return send(asked, engineUrl, url, headers);
}

function send({ incoming, outgoing, body }: Asked, origin: string, path: string | undefined, given: IncomingHttpHeaders): Promise<void> {
  const { 'transfer-encoding': _, connection: __, ...headers } = given;
  return forward(incoming, outgoing, new URL(origin), { path, headers: { ...headers, 'content-length': body.length } }, body);
}

function sendError(outgoing: ServerResponse, { status, error, description }: OAuthError): void {
  if (!outgoing.headersSent) outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ error, error_description: description }));
}
