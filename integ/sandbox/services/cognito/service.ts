import type { Assembly, Check, EndpointService, JsonObject } from '../../contracts';
import { jsonService } from '../../protocol/aws-json';
import { ServiceError } from '../../protocol/service-error';
import { type Attribute, checkConform, checkMutable, checkRequired, checkWritten, type Value } from './attributes';
import { type Cognito, PROTOCOL } from './ministack';
import type { Client, Pool } from './pools';

/** Operations without a signature. Documented: "Understanding API, OIDC, and managed login pages authentication". */
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
  /** The attributes of each pool, by its ID. */
  readonly schemas: ReadonlyMap<string, readonly Attribute[]>;
  readonly cognito: Cognito;
}

/**
 * Cognito at the endpoint. Administrative operations are signed and authorized by policies; clients authenticate with passwords and tokens.
 */
export function cognitoService({ assembly, pools, schemas, cognito }: CognitoServiceOptions): EndpointService {
  const clientOf = (id: unknown) =>
    pools.flatMap((pool) => pool.clients.map((client) => ({ pool, client }))).find(({ client }) => client.id === id);

  return jsonService({
    ...{ name: 'cognito-idp', protocol: PROTOCOL, unsigned: UNSIGNED },
    read: (operation, input) => ({ checks: () => checksOf(operation, input), execute: () => execute(operation, input) }),
  });

  function checksOf(operation: string, { UserPoolId }: JsonObject): Check[] {
    if (UNSIGNED.includes(operation)) return [];
    const pool = pools.find(({ id }) => id === UserPoolId);
    const arn = `arn:${assembly.partition}:cognito-idp:${assembly.region}:${assembly.account}:userpool/${String(UserPoolId)}`;
    return [{ action: `cognito-idp:${operation}`, resource: pool?.arn ?? arn, context: tagsOf(pool) }];
  }

  async function execute(operation: string, input: JsonObject) {
    if (!UNSIGNED.includes(operation) && !SIGNED.includes(operation)) {
      throw new ServiceError('InvalidParameterException', `The sandbox does not support the operation ${operation} of cognito-idp`);
    }
    validate(operation, input);
    return cognito(operation, input);
  }

  /** Rejects what Cognito rejects but the engine does not. */
  function validate(operation: string, input: JsonObject): void {
    const values = (input.UserAttributes ?? []) as unknown as Value[];
    const schema = (owner: Pool | undefined) => (owner && schemas.get(owner.id)) ?? [];
    const pool = pools.find(({ id }) => id === input.UserPoolId);
    const appClient = clientOf(input.ClientId);
    switch (operation) {
      case 'SignUp':
        if (appClient) checkSignUp(appClient, input, schema(appClient.pool), values);
        break;
      case 'UpdateUserAttributes': {
        // The engine verifies the token afterward, so a forged one writes nothing.
        const owner = clientOf(claimsOf(input.AccessToken).client_id);
        checkNoCode(values);
        checkWritten(owner?.client.properties.WriteAttributes as string[] | undefined, values);
        if (owner) checkConform(schema(owner.pool), values);
        checkMutable(schema(owner?.pool), values);
        break;
      }
      case 'AdminUpdateUserAttributes':
        if (pool) checkConform(schema(pool), values);
        checkMutable(schema(pool), values);
        break;
      case 'AdminCreateUser':
        if (pool) checkConform(schema(pool), values);
        break;
      case 'InitiateAuth':
      case 'AdminInitiateAuth':
        checkFlow(appClient?.client, String(input.AuthFlow));
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
    throw new ServiceError('NotAuthorizedException', 'SignUp is not permitted for this user pool', 400);
  }
  checkWritten(client.properties.WriteAttributes as string[] | undefined, values);
  checkConform(schema, values);
  const alias = String(input.Username).startsWith('+') ? 'phone_number' : 'email';
  checkRequired(schema, values, (UsernameAttributes as string[]).includes(alias) ? [alias] : []);
}

/** Rejects a changed address, which would need a confirmation code. */
function checkNoCode(values: readonly Value[]): void {
  const address = values.find(({ Name }) => Name === 'email' || Name === 'phone_number');
  if (address !== undefined) {
    const message = `The sandbox does not support UpdateUserAttributes of ${address.Name}: it sends no confirmation codes`;
    throw new ServiceError('InvalidParameterException', message, 400);
  }
}

/**
 * Checks the flow; the engine only checks flows with passwords. Documented: "Refresh tokens": with rotation, use GetTokensFromRefreshToken.
 */
function checkFlow(client: Client | undefined, flow: string): void {
  if (flow === 'CUSTOM_AUTH' || flow === 'USER_AUTH') {
    throw new ServiceError('InvalidParameterException', `The sandbox does not support the flow ${flow}`, 400);
  }
  const flows = (client?.properties.ExplicitAuthFlows ?? []) as string[];
  const modern = flows.some((name) => name.startsWith('ALLOW_'));
  const rotating = (client?.properties.RefreshTokenRotation as JsonObject | undefined)?.Feature === 'ENABLED';
  if (REFRESH.includes(flow) && (rotating || (modern && !flows.includes('ALLOW_REFRESH_TOKEN_AUTH')))) {
    throw new ServiceError('InvalidParameterException', `${flow} flow not enabled for this client`, 400);
  }
}

/** The tags of a pool, which are the only condition keys: `cognito-idp` defines none. */
function tagsOf(pool: Pool | undefined): Record<string, string> {
  const tags = Object.entries((pool?.properties.UserPoolTags ?? {}) as JsonObject);
  return Object.fromEntries(tags.map(([name, value]) => [`aws:ResourceTag/${name}`, String(value)]));
}

function claimsOf(token: unknown): JsonObject {
  try {
    return JSON.parse(Buffer.from(String(token).split('.')[1], 'base64url').toString()) as JsonObject;
  } catch {
    return {};
  }
}
