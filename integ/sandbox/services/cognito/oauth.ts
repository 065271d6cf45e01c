import type { JsonObject } from '../../contracts';
import type { Client, Pool } from './pools';

/** What an endpoint answers instead of the engine. */
export interface OAuthError {
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

const oauthError = (error: string, description: string, status = 400): OAuthError => ({ status, error, description });

/**
 * Why a sign-in may not begin, or its form not be taken: the form repeats what was checked when it was asked for, anybody can post another one, and
 * the engine looks at some of it only. Documented: "Authorize endpoint" and the properties of the app client.
 */
export function signInProblem(pool: Pool, parameters: URLSearchParams): OAuthError | undefined {
  const client = clientOf(pool, parameters.get('client_id'));
  if (client === undefined) return oauthError('invalid_client', 'The client is none of this pool');
  const { properties } = client;
  if (properties.AllowedOAuthFlowsUserPoolClient !== true || !list(properties, 'AllowedOAuthFlows').includes('code')) {
    return oauthError('unauthorized_client', 'Client is not allowed to use the code flow.');
  }
  if (!list(properties, 'SupportedIdentityProviders').includes('COGNITO')) {
    return oauthError('unauthorized_client', 'Client has no identity provider that runs here.');
  }
  const type = parameters.get('response_type');
  if (type !== 'code') return oauthError('unsupported_response_type', `response_type ${type} is not supported`);
  const redirect = parameters.get('redirect_uri') || properties.DefaultRedirectURI;
  if (typeof redirect !== 'string' || !list(properties, 'CallbackURLs').includes(redirect)) {
    return oauthError('redirect_mismatch', `redirect_uri is not allowed: ${redirect}`);
  }
  return undefined;
}

/** Where a browser may be sent after it signed out; the engine sends it anywhere when there is no list. */
export function logoutProblem(pool: Pool, parameters: URLSearchParams): OAuthError | undefined {
  const client = clientOf(pool, parameters.get('client_id'));
  if (client === undefined) return oauthError('invalid_client', 'The client is none of this pool');
  const uri = parameters.get('logout_uri') ?? '';
  return list(client.properties, 'LogoutURLs').includes(uri)
    ? undefined
    : oauthError('redirect_mismatch', `logout_uri is not allowed: ${uri}`);
}

/** A pool's token endpoint knows the clients of that pool. */
export function tokenProblem(pool: Pool, { clientId }: ClientCredentials): OAuthError | undefined {
  return clientOf(pool, clientId) === undefined ? oauthError('invalid_client', 'The client is none of this pool') : undefined;
}

export interface ClientCredentials {
  readonly clientId: string;
  readonly secret?: string;
}

/** Of the header for basic authentication, else of the form. */
export function credentialsOf(authorization: string | undefined, form: URLSearchParams): ClientCredentials {
  const [, basic] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (basic === undefined) return { clientId: form.get('client_id') ?? '', secret: form.get('client_secret') ?? undefined };
  const [clientId, ...secret] = Buffer.from(basic, 'base64').toString().split(':');
  return { clientId: unescaped(clientId), secret: unescaped(secret.join(':')) };
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function clientOf({ clients }: Pool, id: string | null): Client | undefined {
  return clients.find((client) => client.id === id);
}

function list(properties: JsonObject, name: string): readonly string[] {
  return (properties[name] ?? []) as string[];
}
