import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const Username = 'ana@example.com';
const Password = 'Not-a-real-1';

/** Creates the user as an administrator and signs her in. */
async function idToken(app: RunningApp): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(app.aws);
  const UserPoolId = app.output('PoolId');
  await cognito.send(
    new AdminCreateUserCommand({
      ...{ UserPoolId, Username, MessageAction: 'SUPPRESS' },
      UserAttributes: [
        { Name: 'email', Value: Username },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  const { AuthenticationResult } = await cognito.send(
    new AdminInitiateAuthCommand({
      ...{ UserPoolId, ClientId: app.output('ClientId'), AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' },
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    }),
  );
  return AuthenticationResult?.IdToken ?? '';
}

const get = (app: RunningApp, token: string) => app.http(`${app.output('ApiUrl')}hello`, { headers: { authorization: token } });

export default foreignApp('users-api', {
  shows: 'A REST API for the users of a user pool',
  questions: [
    {
      asks: 'GET /hello without a valid token',
      ask: async (app) => get(app, 'x.y.z'),
      answer: { status: 401, body: '{"message":"Unauthorized"}' },
    },
    {
      asks: 'GET /hello with the ID token of a user',
      async ask(app) {
        const { status, body } = await get(app, await idToken(app));
        return [status, JSON.parse(body)];
      },
      answer: [200, { message: 'Hello ana@example.com', token: 'id' }],
    },
  ],
});
