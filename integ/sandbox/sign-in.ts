import { createHash, randomBytes } from 'node:crypto';

export interface SignIn {
  /** The local address of the pool's domain. */
  readonly poolUrl: string;
  readonly clientId: string;
  /** The client secret, if the client has one. */
  readonly secret?: string;
  readonly redirectUri: string;
  readonly username: string;
  readonly password: string;
  /** @default 'openid email' */
  readonly scope?: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** Signs in as a browser does: through the sign-in page over HTTP, with the authorization code flow and PKCE. */
export async function signIn({
  poolUrl,
  clientId,
  secret,
  redirectUri,
  username,
  password,
  scope = 'openid email',
}: SignIn): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(8).toString('hex');
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await (await fetch(`${poolUrl}/oauth2/authorize?${parameters}`)).text();
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]): [string, string] => [
    name,
    unescaped(value),
  ]);
  if (hidden.length === 0) throw new Error(`No sign-in page was returned: ${page.slice(0, 200)}`);
  const submitted = await fetch(`${poolUrl}/login`, {
    method: 'POST',
    body: new URLSearchParams([...hidden, ['username', username], ['password', password]]),
    redirect: 'manual',
  });
  const location = submitted.headers.get('location');
  if (location === null) throw new Error(`${username} could not sign in: ${submitted.status}`);
  const returned = new URL(location).searchParams;
  if (returned.get('state') !== state) throw new Error('The state parameter was returned with another value');
  const answer = await fetch(`${poolUrl}/oauth2/token`, {
    method: 'POST',
    headers: secret === undefined ? {} : { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code: returned.get('code') ?? '',
      code_verifier: verifier,
    }),
  });
  const tokens = (await answer.json()) as Record<string, string>;
  if (answer.status !== 200) throw new Error(`${username} got no token: ${JSON.stringify(tokens)}`);
  return { accessToken: tokens.access_token, idToken: tokens.id_token, refreshToken: tokens.refresh_token };
}

function unescaped(value: string): string {
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&#39;': "'" };
  return value.replace(/&(?:amp|lt|gt|quot|#x27|#39);/g, (entity) => entities[entity]);
}
