import type { Engine, JsonObject } from '../../contracts';
import { type AwsJson, jsonEngine } from '../../protocol/aws-json';

export const PROTOCOL: AwsJson = { target: 'AWSCognitoIdentityProviderService', version: '1.1' };

/** An operation of Cognito's, executed by the engine. @throws ServiceError with Cognito's own code */
export type Cognito = (operation: string, input: JsonObject) => Promise<JsonObject>;

/** Cognito's JSON protocol, past the endpoint. */
export function createCognito(engine: Engine, account: string, region: string): Cognito & { close(): void } {
  const { ask, close } = jsonEngine(engine, 'cognito-idp', PROTOCOL, { account, region });
  return Object.assign(ask, { close });
}
