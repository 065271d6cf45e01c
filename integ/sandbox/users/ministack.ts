import type { Engine, JsonObject } from '../contracts';

/** An answer that is no success, with Cognito's own code. */
export class CognitoError extends Error {
  public constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** An operation of Cognito's, carried out by the engine. */
export type Cognito = (operation: string, input: JsonObject) => Promise<JsonObject>;

/** Cognito's JSON protocol, past the door: the engine checks no signature and finds account and Region in the scope. */
export function createCognito(engine: Engine, account: string, region: string): Cognito {
  const scope = `${account}/20260101/${region}/cognito-idp/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  return async (operation, input) => {
    const response = await fetch(engine.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        authorization,
      },
      body: JSON.stringify(input),
    });
    const output = JSON.parse((await response.text()) || '{}') as JsonObject;
    if (response.ok) return output;
    throw new CognitoError(String(output.__type).replace(/^.*#/, ''), String(output.message ?? output.Message), response.status);
  };
}
