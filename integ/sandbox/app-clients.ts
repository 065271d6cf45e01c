import type { JsonObject, Sandbox } from './contracts';
import { strings } from './protocol/json';

/** An app client of a running user pool, with what a user or a command needs to sign in. */
export interface AppClient {
  readonly poolName: string;
  readonly userPoolId: string;
  /** The base URL of the pool's pages. */
  readonly poolUrl: string;
  readonly clientId: string;
  /** The auth flow that accepts a password without a sign-in page. */
  readonly passwordFlow?: 'USER_PASSWORD_AUTH' | 'ADMIN_USER_PASSWORD_AUTH';
  /** Settings of the authorization code flow. */
  readonly page?: { readonly redirectUri: string; readonly scope: string };
  /** Whether users sign in with their email address. */
  readonly byEmail: boolean;
}

/** The app clients of all user pools of a run. */
export function appClientsOf({ assembly, userPools }: Pick<Sandbox, 'assembly' | 'userPools'>): AppClient[] {
  const pools = new Map(assembly.ofType('AWS::Cognito::UserPool').map((resource) => [assembly.ref(resource), resource]));
  return assembly.ofType('AWS::Cognito::UserPoolClient').flatMap((resource) => {
    const properties = assembly.properties(resource);
    const clientId = assembly.ref(resource);
    const running = userPools.pools.find(({ clientIds }) => clientIds.includes(clientId));
    const pool = running && pools.get(running.userPoolId);
    if (running === undefined || pool === undefined) return [];
    const { userPoolId, url: poolUrl } = running;
    return [
      {
        ...{ poolName: (pool.path ?? pool.id).replace(/\/Resource$/, ''), userPoolId, poolUrl, clientId },
        passwordFlow: passwordFlowOf(strings(properties.ExplicitAuthFlows)),
        page: pageOf(properties),
        byEmail: strings(assembly.properties(pool).UsernameAttributes).includes('email'),
      },
    ];
  });
}

/** The address of a client's sign-in page; undefined if it has none. */
export function signInPage({ poolUrl, clientId, page }: AppClient): string | undefined {
  if (page === undefined) return undefined;
  const parameters = { response_type: 'code', client_id: clientId, redirect_uri: page.redirectUri, scope: page.scope };
  return `${poolUrl}/login?${new URLSearchParams(parameters)}`;
}

function passwordFlowOf(flows: readonly string[]): AppClient['passwordFlow'] {
  const allowed = (...names: string[]) => flows.some((flow) => names.includes(flow));
  if (allowed('ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH')) return 'USER_PASSWORD_AUTH';
  return allowed('ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH') ? 'ADMIN_USER_PASSWORD_AUTH' : undefined;
}

function pageOf(properties: JsonObject): AppClient['page'] {
  const [redirectUri] = [...strings(properties.DefaultRedirectURI), ...strings(properties.CallbackURLs)];
  const allowed = String(properties.AllowedOAuthFlowsUserPoolClient) === 'true' && strings(properties.AllowedOAuthFlows).includes('code');
  return allowed && redirectUri !== undefined ? { redirectUri, scope: strings(properties.AllowedOAuthScopes).join(' ') } : undefined;
}
