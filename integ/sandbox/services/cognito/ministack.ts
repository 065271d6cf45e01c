import type { AwsJson, JsonEngine } from '../../protocol/aws-json';

export const PROTOCOL: AwsJson = { target: 'AWSCognitoIdentityProviderService', version: '1.1' };

/** Calls an operation of Cognito at the engine. @throws ServiceError with Cognito's own code */
export type Cognito = JsonEngine['call'];
