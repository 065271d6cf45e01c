import type { JsonObject } from '../../contracts';
import type { Client, Pool } from './pools';

/** An error that the sandbox returns instead of the engine. */
export interface OAuthError {
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

const oauthError = (error: string, description: string): OAuthError => ({ status: 400, error, description });
const UNKNOWN_CLIENT = oauthError('invalid_client', 'The client does not belong to this pool');

/**
 * Why a sign-in is rejected. It is checked for the sign-in page and again for its form, because anybody can post a forged form, and the
 * engine checks only some of it. Documented: "Authorize endpoint" and the properties of the app client.
 */
export function signInProblem(pool: Pool, parameters: URLSearchParams): OAuthError | undefined {
  const client = clientOf(pool, parameters.get('client_id'));
  if (client === undefined) return UNKNOWN_CLIENT;
  const { properties } = client;
  if (properties.AllowedOAuthFlowsUserPoolClient !== true || !list(properties, 'AllowedOAuthFlows').includes('code')) {
    return oauthError('unauthorized_client', 'Client is not allowed to use the code flow.');
  }
  if (!list(properties, 'SupportedIdentityProviders').includes('COGNITO')) {
    return oauthError(
      'unauthorized_client',
      'The client does not have the identity provider COGNITO, the only one that the sandbox supports.',
    );
  }
  const type = parameters.get('response_type');
  if (type !== 'code') return oauthError('unsupported_response_type', `response_type ${type} is not supported`);
  const redirect = parameters.get('redirect_uri') || properties.DefaultRedirectURI;
  if (typeof redirect !== 'string' || !list(properties, 'CallbackURLs').includes(redirect)) {
    return oauthError('redirect_mismatch', `redirect_uri is not allowed: ${redirect}`);
  }
  return undefined;
}

/** Why a sign-out is rejected. The engine would redirect to any URL if the client has no list. */
export function logoutProblem(pool: Pool, parameters: URLSearchParams): OAuthError | undefined {
  const client = clientOf(pool, parameters.get('client_id'));
  if (client === undefined) return UNKNOWN_CLIENT;
  const uri = parameters.get('logout_uri') ?? '';
  return list(client.properties, 'LogoutURLs').includes(uri)
    ? undefined
    : oauthError('redirect_mismatch', `logout_uri is not allowed: ${uri}`);
}

/** Why a token request is rejected: a pool's token endpoint only accepts the clients of that pool. */
export function tokenProblem(pool: Pool, { clientId }: ClientCredentials): OAuthError | undefined {
  return clientOf(pool, clientId) === undefined ? UNKNOWN_CLIENT : undefined;
}

export interface ClientCredentials {
  readonly clientId: string;
  readonly secret?: string;
}

/** The client credentials in the header for basic authentication, or else in the form. */
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
