import type { ApiConnection, ConnectionParameters, JsonObject } from '../../contracts';

/** The value of a secret: its text. */
export type ReadSecret = (secretId: string) => Promise<string>;

/** `{{resolve:secretsmanager:<id or ARN>:SecretString:<key>:<stage>:<version>}}`; an ARN has six colons of its own. */
const REFERENCE =
  /\{\{resolve:secretsmanager:((?:arn:[^:{}]{1,20}:secretsmanager:[^:{}]{0,40}:\d{0,12}:secret:)?[^:{}]{1,512})(?::SecretString)?(?::([^:{}]{0,256}))?(?::[^:{}]{0,256}){0,2}\}\}/g;

/**
 * A connection with the secrets that its template refers to. CloudFormation reads them at the deployment; here they are read at each use.
 *
 * @throws if a secret or its key does not exist
 */
export async function withSecrets(connection: ApiConnection, read: ReadSecret): Promise<ApiConnection> {
  const text = (given: string) => resolved(given, read);
  const parameters = async ({ headers, query, body }: ConnectionParameters): Promise<ConnectionParameters> => {
    const list = (all: ConnectionParameters['body']) =>
      Promise.all(all.map(async ({ name, value }) => ({ name, value: await text(value) })));
    return { headers: await list(headers), query: await list(query), body: await list(body) };
  };
  const { authorization } = connection;
  const common = { ...connection, parameters: await parameters(connection.parameters) };
  switch (authorization.type) {
    case 'API_KEY':
      return { ...common, authorization: { ...authorization, value: await text(authorization.value) } };
    case 'BASIC':
      return {
        ...common,
        authorization: { ...authorization, user: await text(authorization.user), password: await text(authorization.password) },
      };
    case 'OAUTH_CLIENT_CREDENTIALS': {
      const { clientId, clientSecret } = authorization;
      const own = { clientId: await text(clientId), clientSecret: await text(clientSecret) };
      return { ...common, authorization: { ...authorization, ...own, parameters: await parameters(authorization.parameters) } };
    }
  }
}

async function resolved(given: string, read: ReadSecret): Promise<string> {
  let text = given;
  for (const [reference, secretId, key = ''] of given.matchAll(REFERENCE)) {
    const secret = await read(secretId);
    const value = key === '' ? secret : (JSON.parse(secret) as JsonObject)[key];
    if (value === undefined) throw new Error(`The secret ${secretId} has no key ${key}`);
    text = text.replace(reference, () => String(value));
  }
  return text;
}
