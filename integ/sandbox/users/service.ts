import type { Assembly, DoorReply, DoorRequest, DoorService, JsonObject } from '../contracts';
import { type Attribute, checkConform, checkMutable, checkRequired, checkWritten, type Value } from './attributes';
import { type Cognito, CognitoError } from './ministack';
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
  'DescribeResourceServer',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'GetGroup',
  'ListGroups',
  'ListUserPoolClients',
  'ListUsers',
  'ListUsersInGroup',
];
const REFRESH = ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'];

export interface CognitoServiceOptions {
  readonly assembly: Assembly;
  readonly pools: readonly Pool[];
  /** The attributes of each pool, by its id. */
  readonly schemas: ReadonlyMap<string, readonly Attribute[]>;
  readonly cognito: Cognito;
}

/** Cognito at the door: administration is signed and asks the policies, clients are nobody and prove themselves by passwords and tokens. */
export function cognitoService({ assembly, pools, schemas, cognito }: CognitoServiceOptions): DoorService {
  const operationOf = ({ headers }: DoorRequest) => TARGET.exec(headers['x-amz-target'] ?? '')?.[1] ?? 'unknown';
  const clientOf = (id: unknown) =>
    pools.flatMap((pool) => pool.clients.map((client) => ({ pool, client }))).find(({ client }) => client.id === id);

  return {
    name: 'cognito-idp',
    operation: operationOf,
    unsigned: (request) => UNSIGNED.includes(operationOf(request)),
    checks(request) {
      const operation = operationOf(request);
      if (UNSIGNED.includes(operation)) return [];
      const { UserPoolId } = inputOf(request) ?? {};
      const pool = pools.find(({ id }) => id === UserPoolId);
      const arn = `arn:${assembly.partition}:cognito-idp:${assembly.region}:${assembly.account}:userpool/${String(UserPoolId)}`;
      return [{ action: `cognito-idp:${operation}`, resource: pool?.arn ?? arn, context: tagsOf(pool) }];
    },
    error: (_request, code, message, status) => failure(code, message, status),
    async handle(request) {
      const operation = operationOf(request);
      const input = inputOf(request);
      if (!UNSIGNED.includes(operation) && !SIGNED.includes(operation)) {
        return failure('InvalidParameterException', `The sandbox does not understand the operation ${operation} of cognito-idp`, 400);
      }
      if (input === undefined) return failure('SerializationException', 'The body is no JSON object', 400);
      try {
        refuse(operation, input);
        return { status: 200, headers: { 'content-type': JSON_1_1 }, body: JSON.stringify(await cognito(operation, input)) };
      } catch (error) {
        if (error instanceof CognitoError) return failure(error.code, error.message, error.status);
        throw error;
      }
    },
  };

  /** What Cognito refuses of a caller, and the engine does not. */
  function refuse(operation: string, input: JsonObject): void {
    const values = (input.UserAttributes ?? []) as unknown as Value[];
    const schema = (pool: Pool | undefined) => (pool && schemas.get(pool.id)) ?? [];
    const named = pools.find(({ id }) => id === input.UserPoolId);
    const asked = clientOf(input.ClientId);
    switch (operation) {
      case 'SignUp':
        if (asked) checkSignUp(asked, input, schema(asked.pool), values);
        break;
      case 'UpdateUserAttributes': {
        // The engine verifies the token afterwards: with a forged one there is nothing to write to.
        const owner = clientOf(claimsOf(input.AccessToken).client_id);
        checkNoCode(values);
        checkWritten(owner?.client.properties.WriteAttributes as string[] | undefined, values);
        if (owner) checkConform(schema(owner.pool), values);
        checkMutable(schema(owner?.pool), values);
        break;
      }
      case 'AdminUpdateUserAttributes':
        if (named) checkConform(schema(named), values);
        checkMutable(schema(named), values);
        break;
      case 'AdminCreateUser':
        if (named) checkConform(schema(named), values);
        break;
      case 'InitiateAuth':
      case 'AdminInitiateAuth':
        checkFlow(asked?.client, String(input.AuthFlow));
        break;
      default:
    }
  }
}

function checkSignUp(
  { pool, client }: { pool: Pool; client: Client },
  input: JsonObject,
  schema: readonly Attribute[],
  values: readonly Value[],
) {
  const { AdminCreateUserConfig, UsernameAttributes = [] } = pool.properties;
  if ((AdminCreateUserConfig as JsonObject | undefined)?.AllowAdminCreateUserOnly === true) {
    throw new CognitoError('NotAuthorizedException', 'SignUp is not permitted for this user pool', 400);
  }
  checkWritten(client.properties.WriteAttributes as string[] | undefined, values);
  checkConform(schema, values);
  const alias = String(input.Username).startsWith('+') ? 'phone_number' : 'email';
  checkRequired(schema, values, (UsernameAttributes as string[]).includes(alias) ? [alias] : []);
}

/** A changed address is to be confirmed by a code that is sent to it. */
function checkNoCode(values: readonly Value[]): void {
  const address = values.find(({ Name }) => Name === 'email' || Name === 'phone_number');
  if (address !== undefined) {
    const message = `The sandbox does not understand UpdateUserAttributes of ${address.Name}: no code is sent from here`;
    throw new CognitoError('InvalidParameterException', message, 400);
  }
}

/** The engine looks at flows with passwords only. Documented: "Refresh tokens": with rotation, they are for GetTokensFromRefreshToken. */
function checkFlow(client: Client | undefined, flow: string): void {
  if (flow === 'CUSTOM_AUTH' || flow === 'USER_AUTH') {
    throw new CognitoError('InvalidParameterException', `The sandbox does not understand the flow ${flow}`, 400);
  }
  const flows = (client?.properties.ExplicitAuthFlows ?? []) as string[];
  const modern = flows.some((name) => name.startsWith('ALLOW_'));
  const rotating = (client?.properties.RefreshTokenRotation as JsonObject | undefined)?.Feature === 'ENABLED';
  if (REFRESH.includes(flow) && (rotating || (modern && !flows.includes('ALLOW_REFRESH_TOKEN_AUTH')))) {
    throw new CognitoError('InvalidParameterException', `${flow} flow not enabled for this client`, 400);
  }
}

/** `cognito-idp` has no condition keys of its own. */
function tagsOf(pool: Pool | undefined): Record<string, string> {
  const tags = Object.entries((pool?.properties.UserPoolTags ?? {}) as JsonObject);
  return Object.fromEntries(tags.map(([name, value]) => [`aws:ResourceTag/${name}`, String(value)]));
}

function inputOf({ body }: DoorRequest): JsonObject | undefined {
  try {
    const input = JSON.parse(body.toString() || '{}') as unknown;
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JsonObject) : undefined;
  } catch {
    return undefined;
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
