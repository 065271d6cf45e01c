import { createPrivateKey, sign } from 'node:crypto';
import { type OwnItemsInput, ownItemsQuery } from '../../../../../src/runtime/own-items';
import { activeInDirectory, TenantSessions } from '../../../../../src/runtime/tenant-sessions';
import { bundled } from '../bundles';
import { type Place, reading } from '../place';
import { filled, listed, name, only, type Shape, TEXTS, VALUES, within } from '../shapes';

/**
 * Documented: "Quotas for configuring and running a REST API in API Gateway", total combined size of all header values; the URL likewise.
 */
const HEADERS = 10_240;
/** Documented: "InitiateAuth" and "RespondToAuthChallenge", ClientMetadata: the length of a value. */
const CLIENT_METADATA = 131_072;
/** Documented: "Lambda quotas", invocation payload. */
const LAMBDA_PAYLOAD = 6 * 1024 * 1024;

const POOL = 'us-east-1_measured';
const CLIENT = 'client';
const CLAIMS = { tenant: 'custom:school_id', tier: 'custom:tier', roles: 'custom:roles' };
const TIERS = JSON.stringify(['standard', 'trial']);

const base64 = (text: string) => Buffer.from(text).toString('base64url');

/** A token with this JSON as its header or claims, and an arbitrary signature. */
const unsigned = (header: string, claims: string) => `Bearer ${base64(header)}.${base64(claims)}.${'A'.repeat(342)}`;
const inHeader = (value: string) => unsigned(`{"alg":"RS256","kid":"key","x":${value}}`, '{}');
const inClaims = (value: string) => unsigned('{"alg":"RS256","kid":"key"}', `{"iss":"x","x":${value}}`);

/** A valid token of the pool. */
function signed(more: object): string {
  const claims = {
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
    sub: 'user',
    token_use: 'access',
    client_id: CLIENT,
    exp: 4_000_000_000,
    [CLAIMS.tenant]: 'school-01',
    [CLAIMS.tier]: 'standard',
    ...more,
  };
  const content = `${base64('{"alg":"RS256","kid":"key"}')}.${base64(JSON.stringify(claims))}`;
  return `Bearer ${content}.${sign('sha256', Buffer.from(content), createPrivateKey(process.env.COST_PRIVATE_KEY ?? '')).toString('base64url')}`;
}

function authorizerEvent(
  authorization: readonly string[],
  headers: Readonly<Record<string, readonly string[]>> = {},
  path = 'grades',
): string {
  return JSON.stringify({
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:us-east-1:111122223333:api/prod/GET/${path}`,
    path: `/${path}`,
    headers: { Authorization: authorization.at(-1) },
    multiValueHeaders: { Authorization: authorization, ...headers },
    requestContext: { requestId: 'request' },
  });
}

const one = (shapes: Readonly<Record<string, Shape>>) => within(shapes, (header) => authorizerEvent([header]));
/** Base64 encodes three bytes as four characters; the rest of a token takes a few hundred characters. */
const encoded = (shapes: Readonly<Record<string, Shape>>): Record<string, Shape> =>
  Object.fromEntries(Object.entries(shapes).map(([each, shape]) => [each, (bytes, salt) => shape((bytes - 500) * 0.75, salt)] as const));
const values = only(
  VALUES,
  'digits of a number',
  'zeros between digits',
  'digits of an exponent',
  'small numbers',
  'nested lists',
  'names',
  'names that are numbers',
  'names far apart',
  'one name again and again',
  'escapes',
  'lists without an end',
);
const prefixed = (shapes: Readonly<Record<string, Shape>>, prefix: string): Record<string, Shape> =>
  Object.fromEntries(Object.entries(shapes).map(([each, shape]) => [`${prefix}${each}`, shape]));

const tokenShapes: Record<string, Shape> = {
  ...one(within(TEXTS, (text) => `Bearer ${text}`)),
  ...one(encoded(prefixed(within(values, inHeader), 'in its header: '))),
  ...one(encoded(prefixed(within(values, inClaims), 'in its claims: '))),
  ...one({
    'parts of one letter': (bytes) => `Bearer ${filled(bytes - 8, 'a.')}a`,
    'good, with a long user id': (bytes) => signed({ sub: filled((bytes - 800) * 0.75, 'u') }),
    'good, with many groups': (bytes) =>
      signed({ 'cognito:groups': Array.from({ length: (bytes - 800) / 12 }, (_, group) => name(group)) }),
  }),
  'many Authorization headers': (bytes) => authorizerEvent(Array.from({ length: bytes / 2 }, () => 'x')),
  'many other headers': (bytes) =>
    authorizerEvent(['x'], Object.fromEntries(Array.from({ length: bytes / 10 }, (_, at) => [`x-${name(at)}`, ['1']]))),
  'a long path': (bytes) => authorizerEvent(['x'], {}, filled(bytes, 'a/')),
};

function preTokenEvent(more: {
  readonly userAttributes?: object;
  readonly clientMetadata?: object;
  readonly groups?: readonly string[];
}): string {
  const { userAttributes, clientMetadata, groups = [] } = more;
  return JSON.stringify({
    version: '2',
    triggerSource: 'TokenGeneration_Authentication',
    userPoolId: POOL,
    callerContext: { clientId: CLIENT },
    request: { userAttributes: { sub: 'user', ...userAttributes }, clientMetadata, groupConfiguration: { groupsToOverride: groups } },
    response: {},
  });
}

const onboarding = (entries: string) => `{"action":"onboard","tenants":${entries}}`;
const tenant = (id: string) => `{"tenant":"${id}","tier":"standard"}`;

const erasure = (fields: string) => `{"tenant":"north-high","requestedBy":"TICKET-1","reason":"Article 17",${fields}}`;
const removed = (fields: string) => `{"action":"remove","tenant":"north-high","requestedBy":"TICKET-1",${fields}}`;
const erased = (key: string) => `{"partitionKey":"north-high#${key}","wholePartition":true}`;

export const entry: readonly Place[] = [
  {
    name: 'the authorizer',
    files: ['src/tenant-isolated-api/authorizer.lambda.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for all headers together, and for the URL',
    smallest: 640,
    shapes: tokenShapes,
    open: async () =>
      bundled('tenant-isolated-api/authorizer', {
        USER_POOL_ID: POOL,
        CLIENT_IDS: JSON.stringify([CLIENT]),
        SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:keys',
        TENANT_CLAIM: CLAIMS.tenant,
        TIER_CLAIM: CLAIMS.tier,
        TIERS,
      }),
  },
  {
    name: 'the pre-token trigger',
    files: ['src/tenant-user-pool/pre-token.lambda.ts'],
    limit: CLIENT_METADATA,
    limitedBy: 'Cognito, for a value of ClientMetadata',
    shapes: {
      ...within(TEXTS, (text) => preTokenEvent({ clientMetadata: { x: text } })),
      'many names of metadata': (bytes) =>
        preTokenEvent({ clientMetadata: Object.fromEntries(Array.from({ length: bytes / 10 }, (_, at) => [name(at), '1'])) }),
      'a long attribute': (bytes) => preTokenEvent({ userAttributes: { [CLAIMS.tenant]: filled(bytes, 'a') } }),
      'many groups': (bytes) => preTokenEvent({ groups: Array.from({ length: bytes / 8 }, (_, at) => name(at)) }),
    },
    open: async () => bundled('tenant-user-pool/pre-token', { TABLE_NAME: 'directory', CLAIMS: JSON.stringify(CLAIMS), TIERS }),
  },
  {
    name: 'the onboarding function',
    files: ['src/tenant-isolated-api/onboarding.lambda.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: {
      ...within(
        only(VALUES, 'digits of a number', 'nested lists', 'names', 'names that are numbers', 'escapes', 'text of four bytes a character'),
        onboarding,
      ),
      'many tenants, for which there is no time': (bytes) => onboarding(`[${listed(bytes, 36, (at) => tenant(`school${at}`))}]`),
      'many tenants, the last one wrong': (bytes) => onboarding(`[${listed(bytes, 36, (at) => tenant(`school${at}`))},{}]`),
      'a long id': (bytes) => onboarding(`[${tenant(filled(bytes, 'a'))}]`),
      'a long customer': (bytes) => onboarding(`[{"tenant":"school","tier":"standard","customer":"${filled(bytes, 'a')}"}]`),
      'a long place in a list': (bytes) => `{"action":"members","tenants":[{"tenant":"school","after":"${filled(bytes, 'a')}"}]}`,
    },
    open: async () =>
      bundled(
        'tenant-isolated-api/onboarding',
        {
          USER_POOL_ID: POOL,
          SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:keys',
          TABLE_NAME: 'directory',
          KEY_PREFIX: 'p',
          PLANS: JSON.stringify({ standard: 'plan-1', trial: 'plan-2' }),
        },
        // Only reading is measured: execution follows the rate limit of API Gateway, and stops when little time is left.
        { getRemainingTimeInMillis: () => 1_000 },
      ),
  },
  {
    name: 'the function that opens erasures',
    files: ['src/lake-erasure/start-erasure.lambda.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: {
      ...within(only(VALUES, 'digits of a number', 'nested lists', 'names', 'escapes'), (value) => erasure(`"items":${value}`)),
      'many items': (bytes) => erasure(`"items":[${listed(bytes, 60, (at) => erased(name(at)))}]`),
      'a long key': (bytes) => erasure(`"items":[${erased(filled(bytes, 'a'))}]`),
      'many other fields': (bytes) => erasure(listed(bytes, 10, (at) => `"${name(at)}":1`)),
      'a long tenant': (bytes) => `{"tenant":"${filled(bytes, 'a')}"}`,
    },
    open: async () =>
      bundled(
        'lake-erasure/start-erasure',
        {
          ...{ BUCKET: 'lake', KEYS: '["pk","sk"]', ARRIVAL_SECONDS: '176400', ERASE_FUNCTION: 'erase' },
        },
        // Only reading is measured.
        { getRemainingTimeInMillis: () => 1_000 },
      ),
  },
  {
    name: 'the function that removes the data of tenants',
    files: ['src/tenant-removal/remove.lambda.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: {
      ...within(only(VALUES, 'digits of a number', 'nested lists', 'names', 'escapes'), (value) => removed(`"reason":${value}`)),
      'a long reason': (bytes) => removed(`"reason":"${filled(bytes, 'a')}"`),
      'many other fields': (bytes) => removed(listed(bytes, 10, (at) => `"${name(at)}":1`)),
      'a long tenant': (bytes) => `{"action":"count","tenant":"${filled(bytes, 'a')}"}`,
    },
    open: async () =>
      bundled('tenant-removal/remove', {
        ...{ DIRECTORY_TABLE: 'directory', HOLD_SECONDS: '2592000', TENANT_ROLE_ARN: 'arn:aws:iam::111122223333:role/tenants' },
        ...{ TENANT_TAG: 'school', TABLES: '[]', FOLDERS: '[]', LAKES: '[]', SYNCS: '[]', RETAINED: '[]' },
      }),
  },
  {
    name: 'the function that removes a tenant from the reports of a sync',
    files: ['src/resilient-gov-sync/remove-reports.lambda.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: {
      ...within(only(VALUES, 'digits of a number', 'nested lists', 'names', 'escapes'), (value) => `{"action":"count","tenant":${value}}`),
      'many other fields': (bytes) => `{"action":"count",${listed(bytes, 10, (at) => `"${name(at)}":1`)}}`,
      'a long tenant': (bytes) => `{"action":"count","tenant":"${filled(bytes, 'a')}"}`,
    },
    open: async () => bundled('resilient-gov-sync/remove-reports', { TABLE_NAME: 'sync', TIME_ZONE: 'Europe/Berlin' }),
  },
  {
    name: 'queries of own items, for code that runs',
    files: ['src/runtime/own-items.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for what a value could come from; DynamoDB takes expressions of 4 KB',
    smallest: 640,
    shapes: {
      ...TEXTS,
      parentheses: (bytes) => `${filled(bytes / 2, '(')}${filled(bytes / 2, ')')}`,
      'parentheses without their partner': (bytes) => filled(bytes, '('),
      'the partition key': (bytes) => filled(bytes, 'pk = :v '),
      'names that the query would take': (bytes) => listed(bytes, 16, (at) => `#ownPartition${at === 0 ? '' : at + 1}`),
    },
    open: async () =>
      reading((text) => {
        const values = { ':v': { S: `school-01#${text}` } };
        const asText = (input: OwnItemsInput) => {
          try {
            return JSON.stringify(ownItemsQuery('school-01', { ExpressionAttributeValues: values, ...input }));
          } catch (error) {
            return String(error);
          }
        };
        return [
          asText({ KeyConditionExpression: 'pk = :v' }),
          asText({ KeyConditionExpression: text }),
          asText({ KeyConditionExpression: 'course = :v', FilterExpression: text }),
        ];
      }),
  },
  {
    name: 'sessions of tenants, for code that runs',
    files: ['src/runtime/tenant-sessions.ts', 'src/runtime/tenant-activity.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for what an id could come from',
    smallest: 640,
    shapes: {
      ...TEXTS,
      'many ids': (bytes) => listed(bytes, 10, (at) => `a${at + 10_000}`),
    },
    open: async () => {
      const Expiration = new Date(4_000_000_000_000);
      const sessions = new TenantSessions({
        roleArn: 'arn:aws:iam::111122223333:role/Tenants',
        tagKey: 'school',
        assumeRole: async () => ({ AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration }),
        tenantIsActive: activeInDirectory('directory', async () => ({ Item: { state: { S: 'active' } } })),
        mostSessions: 100,
      });
      return reading(async (text) => {
        for (const id of text.split(',')) await sessions.credentialsFor(id).catch(() => {});
      });
    },
  },
];
