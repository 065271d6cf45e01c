import { supported, uuid } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const name = (of: Identity) => of.name('Name', 64);
const arn = (of: Identity) => `arn:aws:events:${of.region}:${of.account}:connection/${name(of)}/${uuid(of.token(32))}`;
const secretArn = (of: Identity) =>
  `arn:aws:secretsmanager:${of.region}:${of.account}:secret:events!connection/${name(of)}/${uuid(of.token(32))}-${of.token(6)}`;

const PARAMETERS = '{Body,Header,QueryString}Parameters.{IsValueSecret,Key,Value}';

export const connectionType: ResourceType = {
  type: 'AWS::Events::Connection',
  support: 'runs',
  reason: 'HTTP tasks of state machines sign in with it; roles need permissions for the connection and for its secret',
  properties: supported(
    ['runs', 'Name AuthorizationType'],
    [
      'runs',
      'AuthParameters.ApiKeyAuthParameters.{ApiKeyName,ApiKeyValue} AuthParameters.BasicAuthParameters.{Password,Username}',
      'AuthParameters.OAuthParameters.{AuthorizationEndpoint,HttpMethod} AuthParameters.OAuthParameters.ClientParameters.{ClientID,ClientSecret}',
      `AuthParameters.OAuthParameters.OAuthHttpParameters.${PARAMETERS} AuthParameters.InvocationHttpParameters.${PARAMETERS}`,
    ],
    ['template only: a description', 'Description'],
    ['AWS only: the sandbox keeps the secret of a connection in memory', 'KmsKeyIdentifier'],
  ),
  ref: name,
  attributes: {
    Arn: arn,
    ArnForPolicy: (of) => `arn:aws:events:${of.region}:${of.account}:connection/${name(of)}`,
    SecretArn: secretArn,
  },
};
