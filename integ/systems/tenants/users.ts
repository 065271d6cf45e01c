import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { jws, parts, rsa } from '../../kit/jws';
import { createKey, serveKeys } from '../../kit/keys';
import { PASSWORD } from '../../kit/operator';
import type { Resource, Sandbox } from '../../sandbox';

/** An access token, as the API gets it. */
export interface AccessToken {
  readonly text: string;
  readonly tenant: string;
  readonly tier: string;
  readonly roles: readonly string[];
  /** When it expires, in milliseconds of the clock. */
  readonly expiresAt: number;
}

export interface Users {
  /** Creates a user with a password. @returns the user's `sub` */
  create(name: string): Promise<string>;
  /** @returns undefined if the user gets no token */
  signIn(name: string): Promise<{ readonly token: AccessToken; readonly refreshToken: string } | undefined>;
  /** @returns undefined if the user gets no token */
  refresh(refreshToken: string): Promise<AccessToken | undefined>;
  close(): Promise<void>;
}

const MOST_TRIES = 5;
/** The errors of a sign-in that the trigger of the pool denies. */
const DENIED = ['UserLambdaValidationException', 'NotAuthorizedException'];

/**
 * The users of the pool, who sign in with a password and without a page.
 *
 * The engine of the pool has the time of this machine. Its tokens are therefore signed again, with the same claims and the times of the
 * clock, so that the authorizer, whose time is the clock's, sees them expire.
 */
export async function createUsers(
  { assembly, endpoint, userPools, functions, clock }: Sandbox,
  resource: (type: string, path: string) => Resource,
): Promise<Users> {
  const [{ userPoolId: UserPoolId }] = userPools.pools;
  const ClientId = assembly.ref(resource('AWS::Cognito::UserPoolClient', '/Tester'));
  const key = createKey('tests');
  const keys = await serveKeys(new Map([[UserPoolId, [key.jwk]]]));
  functions.forward(`cognito-idp.${assembly.region}.amazonaws.com`, keys.origin);
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const cognito = new CognitoIdentityProviderClient({
    endpoint: endpoint.url,
    region: assembly.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const onClock = (text = ''): AccessToken => {
    const { claims } = parts(text);
    const ahead = Math.floor((clock.now() - Date.now()) / 1_000);
    const moved = Object.fromEntries(['iat', 'exp', 'auth_time'].map((name) => [name, Number(claims[name]) + ahead]));
    return {
      text: jws({ alg: 'RS256', kid: key.kid }, { ...claims, ...moved }, rsa(key.privateKey)),
      tenant: String(claims['custom:school_id']),
      tier: String(claims['custom:tier']),
      roles: String(claims['custom:roles']).split(' ').filter(Boolean),
      expiresAt: moved.exp * 1_000,
    };
  };
  const unlessDenied = async (act: () => Promise<{ AuthenticationResult?: AuthenticationResultType }>) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await act()).AuthenticationResult;
      } catch (error) {
        const { name } = error as Error;
        if (DENIED.includes(name)) return undefined;
        // On a busy machine the trigger can take too long.
        if (name !== 'UnexpectedLambdaException' || attempt === MOST_TRIES) throw error;
      }
    }
  };
  return {
    async create(Username) {
      const email = `${Username}@example.com`;
      const UserAttributes = [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ];
      const { User } = await cognito.send(
        new AdminCreateUserCommand({ UserPoolId, Username: email, MessageAction: 'SUPPRESS', UserAttributes }),
      );
      await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password: PASSWORD, Permanent: true }));
      return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
    },
    async signIn(name) {
      const AuthParameters = { USERNAME: `${name}@example.com`, PASSWORD };
      const result = await unlessDenied(() =>
        cognito.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters })),
      );
      return result && { token: onClock(result.AccessToken), refreshToken: result.RefreshToken ?? '' };
    },
    async refresh(refreshToken) {
      const AuthParameters = { REFRESH_TOKEN: refreshToken };
      const result = await unlessDenied(() =>
        cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters })),
      );
      return result && onClock(result.AccessToken);
    },
    async close() {
      cognito.destroy();
      await keys.close();
    },
  };
}
