import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Credentials, Endpoint, JsonObject } from '../contracts';
import { sdkPackages } from '../engines/sdk-packages';

/** Calls an operation of a service with its client of the AWS SDK, by the operation's name. */
export type SdkCall = (operation: string, input: object, credentials?: Credentials) => Promise<JsonObject>;

interface SdkModule {
  readonly [name: string]: new (input: object) => { send(command: object): Promise<JsonObject> };
}

/**
 * A client of the AWS SDK for JavaScript that this repository lacks, downloaded once.
 *
 * @param name `@aws-sdk/client-sns`
 * @param client `SNSClient`
 */
export async function sdkCaller(name: string, client: string, endpoint: Endpoint, region = 'us-east-1'): Promise<SdkCall> {
  const folder = await sdkPackages([name], () => {});
  const module = createRequire(join(folder, 'index.js'))(name) as SdkModule;
  return async (operation, input, credentials = endpoint.administrator()) => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const options = { endpoint: endpoint.url, region, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 };
    const { $metadata: _, ...output } = await new module[client](options).send(new module[`${operation}Command`](input));
    return output;
  };
}
