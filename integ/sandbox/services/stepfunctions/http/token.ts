import type { ApiConnection, Clock, ConnectionAuthorization, Json } from '../../../contracts';
import type { ApiRequest, ApiResponse } from '../../../protocol/send';
import { TaskFailure } from '../run/failure';

/** The access tokens of connections. */
export interface Tokens {
  /** The token, from the connection's authorization endpoint if there is none that is valid. @throws TaskFailure */
  of(connection: ApiConnection): Promise<string>;
  /** Forgets a token that an API did not accept, so that the next request gets a new one. */
  drop(connection: ApiConnection): void;
}

type OAuth = ConnectionAuthorization & { readonly type: 'OAUTH_CLIENT_CREDENTIALS' };

/** @param send sends a request within the time limit. @throws TaskFailure */
export function createTokens(clock: Pick<Clock, 'now'>, send: (request: ApiRequest) => Promise<ApiResponse>): Tokens {
  const tokens = new Map<string, { readonly token: Promise<{ readonly text: string; readonly until: number }> }>();

  async function fetched(oauth: OAuth) {
    const { status, body } = await send(requestOf(oauth));
    if (status !== 200) throw failed(`the status was ${status}`);
    const parsed = parsedOf(body);
    if (typeof parsed?.access_token !== 'string') throw failed('the response has no access_token');
    const seconds = typeof parsed.expires_in === 'number' ? parsed.expires_in : Number.POSITIVE_INFINITY;
    return { text: parsed.access_token, until: clock.now() + seconds * 1000 };
  }

  return {
    async of({ arn, authorization }) {
      const known = await tokens.get(arn)?.token;
      if (known !== undefined && known.until > clock.now()) return known.text;
      const token = fetched(authorization as OAuth);
      tokens.set(arn, { token });
      token.catch(() => tokens.delete(arn));
      return (await token).text;
    },
    drop({ arn }) {
      tokens.delete(arn);
    },
  };
}

function failed(reason: string): TaskFailure {
  return new TaskFailure('Events.ConnectionResource.InvalidConnectionState', `The connection got no access token: ${reason}`);
}

function parsedOf(body: Buffer): { readonly access_token?: Json; readonly expires_in?: Json } | undefined {
  try {
    return JSON.parse(body.toString()) as { access_token?: Json; expires_in?: Json };
  } catch {
    return undefined;
  }
}

/** The client signs in with its id and secret in the Authorization header (RFC 6749, 2.3.1). */
function requestOf({ clientId, clientSecret, endpoint, method, parameters }: OAuth): ApiRequest {
  const url = new URL(endpoint);
  for (const { name, value } of parameters.query) url.searchParams.set(name, value);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  for (const { name, value } of parameters.body) form.set(name, value);
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const own = Object.fromEntries(parameters.headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${basic}`, ...own };
  return method === 'GET' ? { url, method, headers } : { url, method, headers, body: form.toString() };
}
