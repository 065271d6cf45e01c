import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Assembly, Clock, Functions, Json, JsonObject, Resource } from '../../contracts';
import { type Listening, listen } from '../../process/loopback';
import { readBody } from '../../protocol/read-body';

export interface CustomResourcesOptions {
  readonly assembly: Assembly;
  readonly functions: Pick<Functions, 'invoke' | 'forward'>;
  readonly clock: Clock;
  /** Selects the custom resources to run. @default all */
  select?(resource: Resource): boolean;
  /** Called for each one when its provider has responded. */
  done?(result: CustomResourceResult): void;
  /** Whether to continue after a failure, with resources that do not depend on the failed one. @default false */
  readonly keepGoing?: boolean;
}

/** The response of a provider, or why there is none. */
export interface CustomResourceResult {
  readonly resource: Resource;
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason?: string;
  readonly data: JsonObject;
  readonly milliseconds: number;
}

interface CustomResourceResponse {
  readonly Status?: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: JsonObject;
}

/** Documented: "AWS::CloudFormation::CustomResource", ServiceTimeout: the default is one hour. */
const DEFAULT_TIMEOUT_SECONDS = 3600;
const HOST = 'cloudformation-custom-resource-response-sandbox.s3.amazonaws.com';

/**
 * Runs the custom resources of an assembly with their own providers, with the requests that CloudFormation sends when it creates a
 * stack (documented: "Custom resource request types: Create"). Each runs after its dependencies, and its response data becomes its
 * attributes. No Delete request is sent: all data ends with the engines.
 *
 * @throws if a provider fails and `keepGoing` is not set, with the provider's reason
 */
export async function runCustomResources(options: CustomResourcesOptions): Promise<CustomResourceResult[]> {
  const { assembly, select = () => true, done } = options;
  const selected = assembly.inOrder().filter((resource) => isCustom(resource) && select(resource));
  if (selected.length === 0) {
    return [];
  }
  const responseServer = await openResponseServer();
  options.functions.forward(HOST, responseServer.origin);
  try {
    const results: CustomResourceResult[] = [];
    for (const resource of selected) {
      const result = await create(options, responseServer, resource);
      results.push(result);
      done?.(result);
      if (result.status === 'FAILED' && options.keepGoing !== true) {
        throw new Error(`${resource.id} (${resource.type}) failed: ${result.reason}`);
      }
    }
    return results;
  } finally {
    await responseServer.close();
  }
}

const isCustom = ({ type }: Resource) => type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');

async function create(
  { assembly, functions, clock }: CustomResourcesOptions,
  responseServer: ResponseServer,
  resource: Resource,
): Promise<CustomResourceResult> {
  const started = performance.now();
  const failed = (reason: string): CustomResourceResult => ({
    resource,
    status: 'FAILED',
    reason,
    data: {},
    milliseconds: performance.now() - started,
  });
  try {
    const properties = assembly.properties(resource);
    const { ServiceToken, ServiceTimeout } = properties;
    const { token, response } = responseServer.expect();
    const limit = new AbortController();
    const invoked = functions.invoke(String(ServiceToken), {
      RequestType: 'Create',
      ServiceToken: String(ServiceToken),
      ResponseURL: `https://${HOST}/${token}?X-Amz-Signature=${randomBytes(16).toString('hex')}`,
      StackId: `arn:aws:cloudformation:${assembly.region}:${assembly.account}:stack/${resource.stack}/${randomUUID()}`,
      RequestId: randomUUID(),
      LogicalResourceId: resource.logicalId,
      ResourceType: resource.type,
      ResourceProperties: stringified(properties),
    });
    const seconds = ServiceTimeout === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(ServiceTimeout);
    const timeout = clock.sleep(seconds * 1000, limit.signal).then(
      () => undefined,
      () => undefined,
    );
    // On AWS a provider that crashes is invoked twice more, and CloudFormation waits until the timeout. The sandbox reports it at once.
    const crashed = invoked.then(({ functionError, payload }) =>
      functionError === undefined ? response : { Status: 'FAILED', Reason: `The provider failed: ${JSON.stringify(payload)}` },
    );
    const given = await Promise.race([response, crashed, timeout]).finally(() => limit.abort());
    if (given === undefined) {
      return failed(`CloudFormation did not receive a response from your Custom Resource within ${seconds} seconds`);
    }
    if (given.Status !== 'SUCCESS') {
      return failed(given.Reason ?? 'The provider returned no reason');
    }
    const data = given.Data ?? {};
    assembly.setAttribute(resource, 'Ref', given.PhysicalResourceId ?? resource.logicalId);
    for (const [name, value] of Object.entries(data)) {
      assembly.setAttribute(resource, name, typeof value === 'string' ? value : JSON.stringify(value));
    }
    return { resource, status: 'SUCCESS', data, milliseconds: performance.now() - started };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** CloudFormation passes every value of a custom resource as a string. */
export function stringified(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(stringified);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stringified(inner)]));
  }
  return value === null ? null : String(value);
}

interface ResponseServer extends Listening {
  expect(): { readonly token: string; readonly response: Promise<CustomResourceResponse> };
}

/** The HTTP server of the ResponseURLs. */
async function openResponseServer(): Promise<ResponseServer> {
  const expected = new Map<string, (response: CustomResourceResponse) => void>();
  const server = createServer(async (request, response) => {
    const token = (request.url ?? '').slice(1).split('?')[0] ?? '';
    const settle = request.method === 'PUT' ? expected.get(token) : undefined;
    const body = (await readBody(request)).toString('utf8');
    response.writeHead(settle === undefined ? 403 : 200).end();
    expected.delete(token);
    settle?.(parse(body));
  });
  return {
    ...(await listen(server)),
    expect() {
      const token = randomUUID();
      return { token, response: new Promise((resolve) => expected.set(token, resolve)) };
    },
  };
}

function parse(body: string): CustomResourceResponse {
  try {
    return JSON.parse(body) as CustomResourceResponse;
  } catch {
    return { Status: 'FAILED', Reason: 'Response is not valid JSON' };
  }
}
