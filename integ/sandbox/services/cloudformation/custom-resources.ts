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
  return withResponses(options, async (responseServer) => {
    const results: CustomResourceResult[] = [];
    for (const resource of selected) {
      const result = await settled(resource, () => {
        const properties = assembly.properties(resource);
        return send(options, responseServer, resource, { RequestType: 'Create', properties });
      });
      results.push(result);
      done?.(result);
      if (result.status === 'FAILED' && options.keepGoing !== true) {
        throw new Error(`${resource.id} (${resource.type}) failed: ${result.reason}`);
      }
    }
    return results;
  });
}

/** The properties of a resource at an update of its stack. */
export interface Change {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Sends the request of a stack update to a custom resource. Documented: "Custom resource request types: Update". */
export function updateCustomResource(
  options: Pick<CustomResourcesOptions, 'assembly' | 'functions' | 'clock'>,
  resource: Resource,
  { before, after }: Change,
): Promise<CustomResourceResult> {
  return withResponses(options, (responseServer) =>
    settled(resource, () => send(options, responseServer, resource, { RequestType: 'Update', properties: after, before })),
  );
}

/** What a provider gets: the properties of its resource, and at an update those before. */
interface ProviderRequest {
  readonly RequestType: 'Create' | 'Update';
  readonly properties: JsonObject;
  readonly before?: JsonObject;
}

const isCustom = ({ type }: Resource) => type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');

async function withResponses<T>(
  { functions }: Pick<CustomResourcesOptions, 'functions'>,
  act: (responseServer: ResponseServer) => Promise<T>,
): Promise<T> {
  const responseServer = await openResponseServer();
  functions.forward(HOST, responseServer.origin);
  try {
    return await act(responseServer);
  } finally {
    await responseServer.close();
  }
}

/** The result with its time; an error is the reason of a failure. */
async function settled(resource: Resource, act: () => Promise<JsonObject>): Promise<CustomResourceResult> {
  const started = performance.now();
  const milliseconds = () => performance.now() - started;
  try {
    const data = await act();
    return { resource, status: 'SUCCESS', data, milliseconds: milliseconds() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { resource, status: 'FAILED', reason, data: {}, milliseconds: milliseconds() };
  }
}

/** @returns the data of the response. @throws with the reason why there is none */
async function send(
  { assembly, functions, clock }: Pick<CustomResourcesOptions, 'assembly' | 'functions' | 'clock'>,
  responseServer: ResponseServer,
  resource: Resource,
  { RequestType, properties, before }: ProviderRequest,
): Promise<JsonObject> {
  const { ServiceToken, ServiceTimeout } = properties;
  const { token, response } = responseServer.expect();
  const limit = new AbortController();
  const invoked = functions.invoke(String(ServiceToken), {
    RequestType,
    ServiceToken: String(ServiceToken),
    ResponseURL: `https://${HOST}/${token}?X-Amz-Signature=${randomBytes(16).toString('hex')}`,
    StackId: assembly.resolve(resource.stack, { Ref: 'AWS::StackId' }),
    RequestId: randomUUID(),
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    ResourceProperties: stringified(properties),
    ...(before === undefined ? {} : { PhysicalResourceId: assembly.ref(resource), OldResourceProperties: stringified(before) }),
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
    throw new Error(`CloudFormation did not receive a response from your Custom Resource within ${seconds} seconds`);
  }
  if (given.Status !== 'SUCCESS') {
    throw new Error(given.Reason ?? 'The provider returned no reason');
  }
  const data = given.Data ?? {};
  assembly.setAttribute(resource, 'Ref', given.PhysicalResourceId ?? resource.logicalId);
  for (const [name, value] of Object.entries(data)) {
    assembly.setAttribute(resource, name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return data;
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
