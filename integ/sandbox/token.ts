import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AppClient } from './app-clients';
import { signIn } from './sign-in';

export const TOKEN_USAGE =
  'Usage: npx projen sandbox token <run folder> [--client id] [--user name] [--attribute name=value]… [--kind access|id]';

/** The file that a run stores in its folder for this command. */
export interface RunAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly clients: readonly AppClient[];
}

export const ACCESS_FILE = 'access.json';

interface Arguments {
  readonly folder: string;
  readonly clientId?: string;
  readonly user?: string;
  readonly attributes: readonly string[];
  readonly kind: 'access' | 'id';
}

/** @throws with a one-line message for invalid arguments */
export function readTokenArguments(argv: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      client: { type: 'string' },
      user: { type: 'string' },
      attribute: { type: 'string', multiple: true, default: [] },
      kind: { type: 'string', default: 'access' },
    },
  });
  if (positionals.length !== 1) throw new Error(`Expected one run folder, found ${positionals.length}. ${TOKEN_USAGE}`);
  if (values.kind !== 'access' && values.kind !== 'id')
    throw new Error(`Invalid --kind ${values.kind}: expected access or id. ${TOKEN_USAGE}`);
  return { folder: positionals[0], clientId: values.client, user: values.user, attributes: values.attribute, kind: values.kind };
}

/** Gets a token for a test user of a running sandbox. The user is created if it does not exist, and gets a new password each time. */
export async function tokenOf({ folder, clientId, user, attributes, kind }: Arguments): Promise<string> {
  const { clients, endpoint, region, ...credentials } = accessOf(folder);
  const app = clients.find((one) => one.clientId === (clientId ?? one.clientId));
  if (app === undefined)
    throw new Error(
      `Found no app client${clientId === undefined ? '' : ` ${clientId}`}. This run has: ${clients.map((one) => one.clientId).join(', ')}`,
    );
  const cognito = new CognitoIdentityProviderClient({ endpoint, region, credentials });
  try {
    const username = user ?? (app.byEmail ? 'test@example.com' : 'test');
    const password = `Aa1!${randomBytes(18).toString('base64url')}`;
    await ensureUser(cognito, app, username, password, attributes);
    return (await tokens(cognito, app, username, password))[kind];
  } finally {
    cognito.destroy();
  }
}

function accessOf(folder: string): RunAccess {
  try {
    return JSON.parse(readFileSync(join(folder, ACCESS_FILE), 'utf8')) as RunAccess;
  } catch {
    throw new Error(`${folder} is not the folder of a running sandbox: copy the command that the sandbox prints`);
  }
}

async function ensureUser(
  cognito: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId }: AppClient,
  Username: string,
  Password: string,
  attributes: readonly string[],
): Promise<void> {
  const known = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username })).catch((error: Error) => {
    if (error.name !== 'UserNotFoundException') throw error;
  });
  if (known === undefined) {
    const given = attributes.map((attribute) => {
      const [Name, ...value] = attribute.split('=');
      return { Name, Value: value.join('=') };
    });
    const email = { Name: 'email', Value: Username.includes('@') ? Username : `${Username}@example.com` };
    const UserAttributes = given.some(({ Name }) => Name === 'email') ? given : [email, ...given];
    await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }));
  }
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
}

async function tokens(
  cognito: CognitoIdentityProviderClient,
  app: AppClient,
  username: string,
  password: string,
): Promise<Record<'access' | 'id', string>> {
  const { userPoolId: UserPoolId, clientId: ClientId, passwordFlow, page, poolUrl } = app;
  const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const secret = UserPoolClient?.ClientSecret;
  if (passwordFlow !== undefined) {
    const hash = secret && createHmac('sha256', secret).update(`${username}${ClientId}`).digest('base64');
    const AuthParameters = { USERNAME: username, PASSWORD: password, ...(hash === undefined ? {} : { SECRET_HASH: hash }) };
    const { AuthenticationResult } = await (passwordFlow === 'USER_PASSWORD_AUTH'
      ? cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: passwordFlow, AuthParameters }))
      : cognito.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: passwordFlow, AuthParameters })));
    return { access: AuthenticationResult?.AccessToken ?? '', id: AuthenticationResult?.IdToken ?? '' };
  }
  if (page === undefined) {
    throw new Error(
      `The app client ${ClientId} allows neither a password nor the authorization code flow: add \`authFlows: { userPassword: true }\` to it`,
    );
  }
  const { accessToken, idToken } = await signIn({ poolUrl, clientId: ClientId, secret, ...page, username, password });
  return { access: accessToken, id: idToken };
}
