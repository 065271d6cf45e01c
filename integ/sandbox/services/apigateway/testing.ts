import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAssembly } from '../../assembly/index';
import type {
  Assembly,
  Check,
  Clock,
  Endpoint,
  EndpointService,
  Functions,
  Json,
  JsonObject,
  LogLine,
  LogSink,
  ResourceType,
  WebAcls,
} from '../../contracts';
import { asSent } from '../../protocol/http';
import type { SandboxContext } from '../../service-module';
import { sign } from '../../testing/sign';
import { wafv2 } from '../wafv2';
import { openControlPlane } from './control-plane';
import { apigatewayTypes } from './resource-types';
import { type GatewayOptions, startGateway } from './rest-apis';

const others: ResourceType[] = ['AWS::Lambda::Function', 'AWS::SQS::Queue', 'AWS::IAM::Role', 'AWS::Logs::LogGroup'].map((type) => ({
  type,
  support: 'runs',
  reason: '',
  properties: { '*': 'runs' },
  ref: (of) => of.logicalId,
  attributes: { Arn: (of) => `arn:aws:test:${of.region}:${of.account}:${of.logicalId}`, QueueName: (of) => of.logicalId },
}));

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:Fn';
export const ROLE_ARN = 'arn:aws:iam::123456789012:role/Integration';
export const FUNCTION_URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;

/** An assembly of one handwritten template. `around` is the resource types of other services that the template uses. */
export function assemblyOf(resources: object, around: readonly ResourceType[] = others): Assembly {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'S.template.json'), JSON.stringify({ Resources: resources }));
    const stack = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'S.template.json' },
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '54.0.0', artifacts: { S: stack } }));
    return loadAssembly(folder, [...apigatewayTypes, ...wafv2.types, ...around]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The template of an API with a stage `prod`; `methods` are keyed by `POST /visits/{id}`, other resources by logical id. */
export function apiTemplate(methods: Record<string, JsonObject>, more: JsonObject = {}, stage: JsonObject = {}): JsonObject {
  const ofApi = { RestApiId: { Ref: 'Api' } };
  const resources: JsonObject = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api' } },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: ofApi },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { ...ofApi, StageName: 'prod', DeploymentId: { Ref: 'Deployment' }, ...stage },
    },
    ...more,
  };
  const idOf = (path: string): Json => {
    if (path === '') return { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const id = `Path${Buffer.from(path).toString('hex')}`;
    const cut = path.lastIndexOf('/');
    const Properties = { ...ofApi, ParentId: idOf(path.slice(0, cut)), PathPart: path.slice(cut + 1) };
    resources[id] ??= { Type: 'AWS::ApiGateway::Resource', Properties };
    return { Ref: id };
  };
  Object.entries(methods).forEach(([route, properties], index) => {
    const [method, path] = route.split(' ');
    resources[`Method${index}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: { ...ofApi, ResourceId: idOf(path.replace(/\/$/, '')), HttpMethod: method, AuthorizationType: 'NONE', ...properties },
    };
  });
  return resources;
}

/** A method with a mock integration that returns a response template. */
export function echo(template: string, more: JsonObject = {}): JsonObject {
  return {
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{"statusCode": 200}' },
      IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': template } }],
    },
    MethodResponses: [{ StatusCode: '200' }],
    ...more,
  };
}

/** A method that sends a template's text to SQS. */
export function toQueue(template: string, integration: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return {
    Integration: {
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      Uri: 'arn:aws:apigateway:us-east-1:sqs:path/123456789012/visits',
      Credentials: ROLE_ARN,
      RequestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      RequestTemplates: { 'application/json': template },
      IntegrationResponses: [{ StatusCode: '202' }],
      ...integration,
    },
    MethodResponses: [{ StatusCode: '202' }, { StatusCode: '400' }, { StatusCode: '503' }],
    ...more,
  };
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway whose dependencies a test controls. */
export interface TestGateway {
  readonly url: string;
  readonly host: string;
  /** The requests that the endpoint received. */
  readonly received: Received[];
  readonly answer: { status: number; headers: Record<string, string>; body: string; delay: number };
  readonly invocations: { arn: string; event: JsonObject }[];
  readonly functions: { result: (event: JsonObject) => Json | Promise<Json>; error?: string; later: JsonObject[] };
  readonly checks: { caller: object; check: Check }[];
  readonly endpointSays: { denial?: string; trust?: string; expiration?: number };
  /** The roles that were assumed. */
  readonly taken: string[];
  readonly time: { now: number };
  readonly lines: LogLine[];
  readonly forwarded: Map<string, string>;
  /** What the gateway reported on the terminal. */
  readonly reported: string[];
  /** Services that the gateway registered at the endpoint. */
  readonly services: EndpointService[];
  call(method: string, path: string, options?: Sent): Promise<Reply>;
  close(): Promise<void>;
}

export interface Sent {
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  /** The address of this machine to call from: `127.0.0.2`. */
  readonly from?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function startTestGateway(resources: object, options: Pick<GatewayOptions, 'accessLog' | 'hosts'> = {}): Promise<TestGateway> {
  const received: Received[] = [];
  const answer = { status: 200, headers: { 'content-type': 'application/json' } as Record<string, string>, body: '{}', delay: 0 };
  const sockets = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    setTimeout(() => outgoing.writeHead(answer.status, answer.headers).end(answer.body), answer.delay);
  });
  await new Promise<void>((resolve) => sockets.listen(0, '127.0.0.1', resolve));
  const state = {
    received,
    answer,
    invocations: [] as TestGateway['invocations'],
    functions: { result: () => null, later: [] } as TestGateway['functions'],
    checks: [] as TestGateway['checks'],
    endpointSays: {} as TestGateway['endpointSays'],
    taken: [] as string[],
    time: { now: Date.UTC(2026, 10, 22, 8, 5, 9) },
    lines: [] as LogLine[],
    forwarded: new Map<string, string>(),
    reported: [] as string[],
    services: [] as EndpointService[],
  };
  const endpoint: Partial<Endpoint> = {
    url: `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    assumeAsService: (role, service, session) => {
      state.taken.push(role);
      if (state.endpointSays.trust !== undefined) throw new Error(state.endpointSays.trust);
      return {
        accessKeyId: `ASIA${service.split('.')[0]}${session}`,
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: state.endpointSays.expiration,
      };
    },
    register: (service) => {
      state.services.push(service);
    },
    // Signed, so that a test sees the credentials, the service and the Region.
    call: async ({ credentials, service, region, ...request }) => {
      const headers = asSent(request.url, request.headers);
      const reply = await send(`${endpoint.url}${request.url}`, request.method, {
        headers: await sign({ ...request, headers }, credentials, { service, region }),
        body: request.body,
      });
      return { ...reply, headers: reply.headers as Record<string, string> };
    },
    denial: (caller, check) => {
      state.checks.push({ caller, check });
      return state.endpointSays.denial;
    },
  };
  const functions: Partial<Functions> = {
    invoke: async (arn, event) => {
      state.invocations.push({ arn, event: event as JsonObject });
      const { error, result } = state.functions;
      const failed = (errorMessage: string) => ({ payload: { errorMessage, errorType: 'Error' }, functionError: 'Unhandled' as const });
      const answered = async () => ({ payload: await result(event as JsonObject), functionError: undefined });
      const outcome = error === undefined ? await answered().catch((thrown: Error) => failed(thrown.message)) : failed(error);
      return { requestId: 'r', ...outcome, milliseconds: 1 };
    },
    invokeLater: (_arn, event) => {
      state.functions.later.push(event as JsonObject);
    },
    forward: (host, origin) => {
      state.forwarded.set(host, origin);
      return () => void state.forwarded.delete(host);
    },
  };
  const clock: Partial<Clock> = { speed: 1_000, now: () => state.time.now, real: (milliseconds) => milliseconds / 1_000 };
  const logs: Partial<LogSink> = { write: (line) => state.lines.push(line) };
  const assembly = assemblyOf(resources);
  const report = (line: string) => void state.reported.push(line);
  const gateway = await startGateway({
    assembly,
    webAcls: await webAclsOf(assembly, report),
    endpoint: endpoint as Endpoint,
    usage: openControlPlane({ assembly, endpoint: endpoint as Endpoint, clock: clock as Clock }),
    functions: functions as Functions,
    clock: clock as Clock,
    logs: logs as LogSink,
    ...options,
    report,
  });
  const { url, publicUrl } = gateway.apis[0];
  return {
    ...state,
    url,
    host: new URL(publicUrl).host,
    call: (method, path, options) => send(`${url}${path}`, method, options),
    close: async () => {
      await gateway.close();
      sockets.closeAllConnections();
      await new Promise((resolve) => sockets.close(resolve));
    },
  };
}

/** The web ACLs of an assembly, as their service offers them. */
async function webAclsOf(assembly: Assembly, report: (line: string) => void): Promise<WebAcls> {
  const offered: { webAcls?: WebAcls } = {};
  const offer = (name: string, capability: unknown) => void Object.assign(offered, { [name]: capability });
  const running = await wafv2.start?.({ assembly, report, leaveOut: report, offer } as unknown as SandboxContext);
  await running?.ready?.();
  return offered.webAcls as WebAcls;
}

/** Sends a request without changing the case of its header names. */
export function send(url: string, method: string, options: Sent = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // A URL object would normalize the path.
    const { hostname, port, origin } = new URL(url);
    const to = { hostname, port, path: url.slice(origin.length), method, headers: options.headers, localAddress: options.from };
    const outgoing = httpRequest(to, async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** Like `startTestGateway`, but each gateway is closed after its test. */
export function testGateways(): typeof startTestGateway {
  let gateways: TestGateway[] = [];
  afterEach(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    gateways = [];
  });
  return async (resources, options) => {
    const gateway = await startTestGateway(resources, options);
    gateways.push(gateway);
    return gateway;
  };
}
