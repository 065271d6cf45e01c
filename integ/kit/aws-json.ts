import type { Credentials, JsonObject, Sandbox } from '../sandbox';

/** Calls an operation of a service with a JSON body. @throws with the service's code and message */
export type JsonCaller = (operation: string, input: JsonObject) => Promise<JsonObject>;

/** Where an operation of a service is: `{ service: 'athena', target: 'AmazonAthena' }`. */
export interface JsonService {
  readonly service: string;
  readonly target: string;
}

/** For services whose client is not among the packages of this repository. */
export function jsonCaller(
  { endpoint, assembly }: Pick<Sandbox, 'endpoint' | 'assembly'>,
  { service, target }: JsonService,
  credentials: Credentials = endpoint.administrator(),
): JsonCaller {
  return async (operation, input) => {
    const { status, body } = await endpoint.call({
      ...{ service, method: 'POST', url: '/', region: assembly.region, credentials },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    const output = JSON.parse(body.toString() || '{}') as JsonObject;
    if (status === 200) return output;
    throw new Error(`${service}:${operation}: ${output.__type}: ${output.message ?? output.Message}`);
  };
}
