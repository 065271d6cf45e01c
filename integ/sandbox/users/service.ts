import type { Assembly, DoorReply, DoorRequest, DoorService, JsonObject } from '../contracts';
import { CognitoError, type createCognito } from './ministack';
import type { Client, Pool } from './pools';

const TARGET = /^AWSCognitoIdentityProviderService\.(\w+)$/;
const JSON_1_1 = 'application/x-amz-json-1.1';

/** What clients call without a signature. Documented: "Understanding API, OIDC, and managed login pages authentication". */
const UNSIGNED = [
  'ChangePassword',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'ForgotPassword',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GlobalSignOut',
  'InitiateAuth',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'SignUp',
  'UpdateUserAttributes',
];
const SIGNED = [
  'AdminAddUserToGroup',
  'AdminConfirmSignUp',
  'AdminCreateUser',
  'AdminDeleteUser',
  'AdminDisableUser',
  'AdminEnableUser',
  'AdminGetUser',
  'AdminInitiateAuth',
  'AdminListGroupsForUser',
  'AdminRemoveUserFromGroup',
  'AdminRespondToAuthChallenge',
  'AdminSetUserPassword',
  'AdminUpdateUserAttributes',
  'AdminUserGlobalSignOut',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'ListUserPoolClients',
  'ListUsers',
  'ListUsersInGroup',
];

/** Cognito at the door: administration is signed and asks the policies, clients are nobody and prove themselves by passwords and tokens. */
export function cognitoService(assembly: Assembly, pools: readonly Pool[], cognito: ReturnType<typeof createCognito>): DoorService {
  const operationOf = ({ headers }: DoorRequest) => TARGET.exec(headers['x-amz-target'] ?? '')?.[1] ?? 'unknown';
  const inputOf = ({ body }: DoorRequest) => JSON.parse(body.toString() || '{}') as JsonObject;
  const clientOf = (id: unknown) =>
    pools.flatMap((pool) => pool.clients.map((client) => ({ pool, client }))).find(({ client }) => client.id === id);

  return {
    name: 'cognito-idp',
    operation: operationOf,
    unsigned: (request) => UNSIGNED.includes(operationOf(request)),
    checks(request) {
      const operation = operationOf(request);
      if (UNSIGNED.includes(operation)) return [];
      const { UserPoolId } = inputOf(request);
      const arn = `arn:${assembly.partition}:cognito-idp:${assembly.region}:${assembly.account}:userpool/${String(UserPoolId)}`;
      return [{ action: `cognito-idp:${operation}`, resource: arn, context: {} }];
    },
    error: (_request, code, message, status) => failure(code, message, status),
    async handle(request) {
      const operation = operationOf(request);
      const input = inputOf(request);
      if (!UNSIGNED.includes(operation) && !SIGNED.includes(operation)) {
        return failure('InvalidParameterException', `The sandbox does not understand the operation ${operation} of cognito-idp`, 400);
      }
      try {
        refuse(operation, input);
        return { status: 200, headers: { 'content-type': JSON_1_1 }, body: JSON.stringify(await cognito(operation, input)) };
      } catch (error) {
        if (error instanceof CognitoError) return failure(error.code, error.message, error.status);
        throw error;
      }
    },
  };

  /** What Cognito refuses of clients, and the engine does not. */
  function refuse(operation: string, input: JsonObject): void {
    const found = clientOf(input.ClientId);
    if (operation === 'SignUp' && found && adminsOnly(found.pool)) {
      throw new CognitoError('NotAuthorizedException', 'SignUp is not permitted for this user pool', 400);
    }
    if (operation === 'SignUp' && found) checkWritten(found.client, input.UserAttributes);
    if (operation === 'UpdateUserAttributes') {
      const { client_id } = claimsOf(input.AccessToken);
      const owner = clientOf(client_id);
      if (owner) {
        checkWritten(owner.client, input.UserAttributes);
        checkMutable(owner.pool, input.UserAttributes);
      }
    }
    if (operation === 'AdminUpdateUserAttributes') {
      const pool = pools.find(({ id }) => id === input.UserPoolId);
      if (pool) checkMutable(pool, input.UserAttributes);
    }
  }
}

function adminsOnly({ properties }: Pool): boolean {
  return String((properties.AdminCreateUserConfig as JsonObject | undefined)?.AllowAdminCreateUserOnly) === 'true';
}

/** Documented: "Attribute permissions and scopes": an app client without a list may write every attribute. */
function checkWritten({ properties }: Client, attributes: unknown): void {
  const allowed = properties.WriteAttributes as string[] | undefined;
  if (allowed === undefined) return;
  for (const { Name } of (attributes ?? []) as { Name: string }[]) {
    if (!allowed.includes(Name))
      throw new CognitoError('NotAuthorizedException', 'A client attempted to write unauthorized attribute', 400);
  }
}

/** Documented: "Custom attributes": an immutable one can be written once, when the user is made. */
function checkMutable({ properties }: Pool, attributes: unknown): void {
  const schema = (properties.Schema ?? []) as { Name: string; Mutable?: boolean | string }[];
  const fixed = schema.filter(({ Mutable }) => String(Mutable) === 'false').map(({ Name }) => `custom:${Name}`);
  for (const { Name } of (attributes ?? []) as { Name: string }[]) {
    if (fixed.includes(Name)) {
      throw new CognitoError('InvalidParameterException', `user.${Name}: Attribute cannot be updated.`, 400);
    }
  }
}

function claimsOf(token: unknown): JsonObject {
  try {
    return JSON.parse(Buffer.from(String(token).split('.')[1], 'base64url').toString()) as JsonObject;
  } catch {
    return {};
  }
}

function failure(code: string, message: string, status: number): DoorReply {
  return { status, headers: { 'content-type': JSON_1_1 }, body: JSON.stringify({ __type: code, message }), error: code };
}
