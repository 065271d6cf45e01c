import type { ApiConnection, ConnectionParameters } from '../../contracts';
import { type ReadSecret, withSecretValues } from '../../protocol/secret-references';

/**
 * A connection with the secrets that its template refers to. CloudFormation reads them at the deployment; here they are read at each use.
 *
 * @throws if a secret or its key does not exist
 */
export async function withSecrets(connection: ApiConnection, read: ReadSecret): Promise<ApiConnection> {
  const text = (given: string) => withSecretValues(given, read);
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
