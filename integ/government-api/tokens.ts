import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour } from './behaviour';
import type { ApiClock } from './clock';
import { type Answer, json, problem } from './delivery';
import { between, type Draws } from './draws';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What `expires_in` of each token says. */
const LIFETIME_SECONDS = 3_600;

/** OAuth 2.0 client credentials (RFC 6749, section 4.4). Tokens end earlier than they say. */
export class Tokens {
  private readonly tokens = new Map<string, { readonly expires: number; uses: number }>();
  private issued = 0;

  constructor(
    private readonly client: ClientCredentials,
    private readonly behaviour: Behaviour,
    private readonly draws: Draws,
    private readonly clock: ApiClock,
  ) {}

  /** Credentials are accepted in the `Authorization` header or in the form. */
  issue(headers: IncomingHttpHeaders, form: URLSearchParams): Answer {
    const [id, secret] = basicOf(headers.authorization) ?? [form.get('client_id'), form.get('client_secret')];
    if (id !== this.client.clientId || secret !== this.client.clientSecret) return json(401, { error: 'invalid_client' });
    if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
    const random = this.draws('token', this.issued++);
    const token = createHash('sha256').update(String(random())).digest('base64url');
    const { tokenUses } = this.behaviour;
    this.tokens.set(token, {
      expires: this.clock.now() + LIFETIME_SECONDS * 1_000,
      uses: tokenUses === undefined ? Number.POSITIVE_INFINITY : between(tokenUses, random),
    });
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS }, { 'cache-control': 'no-store' });
  }

  /** Uses the token of a request, and returns an answer if it is not valid. */
  use({ authorization = '' }: IncomingHttpHeaders): Answer | undefined {
    const token = this.tokens.get(authorization.slice('Bearer '.length));
    if (authorization.startsWith('Bearer ') && token !== undefined && token.uses-- > 0 && this.clock.now() < token.expires)
      return undefined;
    return problem(401, 'TOKEN_EXPIRED', 'The access token is not valid.', { 'www-authenticate': 'Bearer error="invalid_token"' });
  }
}

function basicOf(authorization = ''): readonly string[] | undefined {
  if (!authorization.startsWith('Basic ')) return undefined;
  const text = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
  const colon = text.indexOf(':');
  return [decodeURIComponent(text.slice(0, colon)), decodeURIComponent(text.slice(colon + 1))];
}
