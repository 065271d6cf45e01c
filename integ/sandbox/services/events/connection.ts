import type {
  ApiConnection,
  Assembly,
  ConnectionAuthorization,
  ConnectionParameter,
  ConnectionParameters,
  Json,
  JsonObject,
  Resource,
} from '../../contracts';

export const CONNECTION = 'AWS::Events::Connection';

/** @throws for a connection that EventBridge would reject */
export function readConnection(assembly: Assembly, resource: Resource): ApiConnection {
  const { AuthorizationType, AuthParameters } = assembly.properties(resource);
  const given = objectOf(AuthParameters);
  return {
    arn: assembly.attribute(resource, 'Arn'),
    secretArn: assembly.attribute(resource, 'SecretArn'),
    authorization: readAuthorization(String(AuthorizationType), given, resource),
    parameters: readParameters(given.InvocationHttpParameters),
  };
}

function readAuthorization(type: string, given: JsonObject, { id }: Resource): ConnectionAuthorization {
  const needed = (object: JsonObject, name: string): string => {
    if (object[name] !== undefined) return String(object[name]);
    throw new Error(`${CONNECTION}.AuthParameters (${id}): ${name} is missing for the authorization type ${type}`);
  };
  switch (type) {
    case 'API_KEY': {
      const key = objectOf(given.ApiKeyAuthParameters);
      return { type, name: needed(key, 'ApiKeyName'), value: needed(key, 'ApiKeyValue') };
    }
    case 'BASIC': {
      const basic = objectOf(given.BasicAuthParameters);
      return { type, user: needed(basic, 'Username'), password: needed(basic, 'Password') };
    }
    case 'OAUTH_CLIENT_CREDENTIALS': {
      const oauth = objectOf(given.OAuthParameters);
      const client = objectOf(oauth.ClientParameters);
      return {
        ...{ type, clientId: needed(client, 'ClientID'), clientSecret: needed(client, 'ClientSecret') },
        ...{ endpoint: needed(oauth, 'AuthorizationEndpoint'), method: needed(oauth, 'HttpMethod') },
        parameters: readParameters(oauth.OAuthHttpParameters),
      };
    }
    default:
      throw new Error(`${CONNECTION}.AuthorizationType (${id}): ${type} is not API_KEY, BASIC or OAUTH_CLIENT_CREDENTIALS`);
  }
}

function readParameters(given: Json | undefined): ConnectionParameters {
  const { HeaderParameters, QueryStringParameters, BodyParameters } = objectOf(given);
  const list = (all: Json | undefined): ConnectionParameter[] =>
    Array.isArray(all) ? (all as JsonObject[]).map(({ Key, Value }) => ({ name: String(Key), value: String(Value) })) : [];
  return { headers: list(HeaderParameters), query: list(QueryStringParameters), body: list(BodyParameters) };
}

function objectOf(given: Json | undefined): JsonObject {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
}
