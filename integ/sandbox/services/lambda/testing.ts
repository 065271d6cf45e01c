import type { Assembly, Endpoint, EndpointService, Functions, Json, JsonObject, Resource } from '../../contracts';
import { createClock } from '../../process/clock';
import { createLogSink } from '../logs/logs';
import { type FunctionsOptions, startFunctions } from './functions';

/** An assembly of given resources for tests of this service. Properties are not resolved, and names are logical ids. */
export function assemblyOf(
  resources: Record<string, { type: string; properties: JsonObject; dependsOn?: string[] }>,
  assets: Record<string, string> = {},
): Assembly {
  const all: Resource[] = Object.entries(resources).map(([logicalId, { type, properties, dependsOn = [] }]) => ({
    id: `Stack.${logicalId}`,
    stack: 'Stack',
    logicalId,
    type,
    properties,
    metadata: {},
    dependsOn,
  }));
  const late = new Map<string, string>();
  const arn = ({ type, logicalId }: Resource) =>
    type === 'AWS::SQS::Queue'
      ? `arn:aws:sqs:us-east-1:123456789012:${logicalId}`
      : `arn:aws:lambda:us-east-1:123456789012:function:${logicalId}`;
  const assembly: Assembly = {
    directory: '',
    account: '123456789012',
    region: 'us-east-1',
    partition: 'aws',
    stacks: ['Stack'],
    resources: all,
    ofType: (type) => all.filter((resource) => resource.type === type),
    find: (id) => all.find((resource) => resource.id === id),
    byArn: (wanted) => all.find((resource) => arn(resource) === wanted),
    properties: (resource) => resource.properties,
    read: (resource, reader) => reader(assembly, resource),
    resolve: (_stack, expression) => expression,
    ref: (resource) => (resource.type === 'AWS::SQS::Queue' ? `http://127.0.0.1/123456789012/${resource.logicalId}` : resource.logicalId),
    attribute: (resource, name) => (name === 'Arn' ? arn(resource) : (late.get(`${resource.id} ${name}`) ?? '')),
    setAttribute: (resource, name, value) => void late.set(`${resource.id} ${name}`, value),
    inOrder: () => all,
    leaveOut: () => undefined,
    leftOut: new Map(),
    whyLeftOut: () => undefined,
    waitsFor: (resource, other) => resource.dependsOn.includes(other.id),
    asset: (bucket, key) => assets[`${bucket}/${key}`] ?? '',
    assets: () => new Map(Object.entries(assets)),
    imageAsset: () => undefined,
    placeholders: () => [],
    outputs: () => ({}),
  };
  return assembly;
}

export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

/** A function whose code is in the template. */
export function inline(code: string, more: JsonObject = {}): { type: string; properties: JsonObject } {
  return {
    type: 'AWS::Lambda::Function',
    properties: {
      Code: { ZipFile: code },
      Handler: 'index.handler',
      Runtime: 'nodejs20.x',
      Role: 'arn:aws:iam::123456789012:role/Role',
      ...more,
    },
  };
}

/** An endpoint that allows everything except `denied`, and records what is registered at it. */
export function openTestEndpoint(
  url = 'http://127.0.0.1:1',
): Endpoint & { readonly services: Map<string, EndpointService>; denied: Set<string> } {
  const services = new Map<string, EndpointService>();
  const denied = new Set<string>();
  return {
    url,
    services,
    denied,
    register: (service) => void services.set(service.name, service),
    assumeAsService: (roleArn) => ({
      accessKeyId: 'ASIATEST',
      secretAccessKey: 'secret',
      sessionToken: roleArn,
      expiration: Date.now() + 3_600_000,
    }),
    call: async ({ service }) => Promise.reject(new Error(`The test endpoint has no service ${service}`)),
    administrator: () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
    denial: (_caller, { action }) => (denied.has(action) ? `${action} is denied` : undefined),
    onCall: () => () => undefined,
    onDenial: () => () => undefined,
    inject: () => () => undefined,
    delay: () => undefined,
    close: async () => undefined,
  };
}

/** Starts functions for one test, and closes them after it. */
export function functionsOfEachTest() {
  let running: Functions | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });
  return async (
    resources: Record<string, { type: string; properties: JsonObject }>,
    options: Partial<FunctionsOptions> = {},
    endpointUrl?: string,
  ) => {
    const logs = createLogSink();
    const endpoint = openTestEndpoint(endpointUrl);
    const functions = await startFunctions({
      assembly: assemblyOf(resources),
      endpoint,
      clock: createClock(1),
      logs,
      node: async () => process.execPath,
      ...options,
    });
    running = functions;
    return { logs, endpoint, functions, invoke: (name: string, event: Json = {}) => functions.invoke(functionArn(name), event) };
  };
}
