import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type {
  Call,
  Check,
  Clock,
  Denial,
  DenialNotice,
  Endpoint,
  EndpointService,
  Fault,
  OwnRequest,
  ServiceCall,
  ServiceReply,
  ServiceRequest,
} from '../contracts';
import type { Policies } from '../iam/index';
import type { Session, Sessions } from '../iam/sessions';
import { listen } from '../process/loopback';
import type { Port } from '../process/ports';
import { asSent } from '../protocol/http';
import { readBody } from '../protocol/read-body';
import { AccessDenied, ServiceError } from '../protocol/service-error';
import { type Authentication, authenticate, NOBODY, recognize } from './authenticate';
import { type Faults, faultStatus } from './faults';

export interface ServerOptions {
  readonly services: ReadonlyMap<string, EndpointService>;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly region: string;
  readonly delays: ReadonlyMap<string, number>;
  readonly port?: Port;
  /** The reason why the resource of an ARN is left out. */
  whyLeftOut(arn: string): string | undefined;
  record(call: Call, request: ServiceRequest): void;
  recordDenial(denial: DenialNotice): void;
}

/** The outcome of a request; `lost` if its response must not arrive. */
interface Outcome {
  readonly reply: ServiceReply;
  readonly operation: string;
  readonly denied?: Denial;
  readonly checks: readonly Check[];
  readonly faults: readonly Fault[];
  readonly lost: boolean;
}

/** The session for calls that need no signature. */
const NOBODYS: Session = { principal: NOBODY, userId: '', policies: [], credentials: { accessKeyId: '', secretAccessKey: '' } };

/** A request before its service and its caller are known. */
type Sent = Pick<ServiceRequest, 'method' | 'url' | 'headers' | 'body'>;

/** Starts the endpoint on a free port of 127.0.0.1. */
export async function startServer(options: ServerOptions): Promise<Pick<Endpoint, 'url' | 'call' | 'close'>> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    serve(options, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  const { origin, close } = await listen(server, options.port);
  return { url: origin, call: (request) => call(options, request), close };
}

/** Handles a request in this order: authenticate, route, authorize, inject faults, delay, execute, reply, record. */
async function serve(options: ServerOptions, incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
  const { sessions, region, clock } = options;
  const at = clock.now();
  const started = performance.now();
  const request = {
    method: incoming.method ?? 'POST',
    url: incoming.url ?? '/',
    headers: flat(incoming.headers),
    body: await readBody(incoming),
  };
  const signed = request.headers.authorization !== undefined;
  const { full, outcome } = await handle(options, request, authenticate(request, sessions, region), signed);
  reply(outcome, incoming, outgoing);
  options.record(callOf(full, outcome, at, performance.now() - started), full);
}

/** Handles an internal call, without HTTP: the credentials identify the session. */
async function call(options: ServerOptions, { credentials, service, region, method, url, headers, body }: OwnRequest) {
  const at = options.clock.now();
  const started = performance.now();
  const request = { method, url, headers: asSent(url, headers), body };
  const who = recognize(credentials, { service, region }, options.sessions, options.region);
  const { full, outcome } = await handle(options, request, who, true);
  options.record(callOf(full, outcome, at, performance.now() - started), full);
  const { reply: answer, lost } = outcome;
  if (lost) {
    throw new Error('socket hang up');
  }
  const bodiless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  const own = { ...headersOf(method, answer), date: new Date().toUTCString() };
  return { status: answer.status, headers: own, body: bodiless ? '' : answer.body };
}

async function handle(options: ServerOptions, request: Sent, who: Authentication, signed: boolean) {
  const { service, full, session } = route(options.services, request, who, signed);
  return { full, outcome: await answered(options, service, full, session, who) };
}

/** The service and the caller of a request; without a session if the signature is invalid. */
function route(services: ReadonlyMap<string, EndpointService>, { method, url, headers, body }: Sent, who: Authentication, signed: boolean) {
  const nobody: ServiceRequest = { service: who.service, principal: NOBODY, method, url, headers, body };
  const unsigned = signed ? undefined : [...services.values()].find((one) => one.unsigned?.(nobody));
  const service = unsigned ?? services.get(who.service);
  const session = unsigned ? NOBODYS : 'session' in who ? who.session : undefined;
  const principal = session?.principal ?? NOBODY;
  const full: ServiceRequest = { service: service?.name ?? who.service, principal, method, url, headers, body };
  return { service, full, session };
}

async function answered(
  options: ServerOptions,
  service: EndpointService | undefined,
  request: ServiceRequest,
  session: Session | undefined,
  who: Authentication,
): Promise<Outcome> {
  const failed = 'code' in who ? who : undefined;
  const nothing = { operation: 'unknown', checks: [], faults: [], lost: false };
  if (!service) return { ...nothing, reply: unserved(request, failed, options.services) };
  const call = read(service, request);
  const operation = 'reply' in call ? 'unknown' : call.operation;
  if (!session) return { ...nothing, operation, reply: service.error(request, failed?.code ?? '', failed?.message ?? '', 400) };
  return 'reply' in call ? { ...nothing, reply: call.reply } : execute(options, service, request, call, session);
}

/** The request as read by the service, or the service's error. */
function read(service: EndpointService, request: ServiceRequest): ServiceCall | { readonly reply: ServiceReply } {
  try {
    return service.read(request);
  } catch (error) {
    return { reply: errorReply(service, request, error) };
  }
}

/** Authorizes the call, applies faults, and lets the service execute it. */
async function execute(
  { policies, faults, delays, clock, recordDenial, whyLeftOut }: ServerOptions,
  service: EndpointService,
  request: ServiceRequest,
  call: ServiceCall,
  session: Session,
): Promise<Outcome> {
  const { operation, memberwise = false } = call;
  let checks: readonly Check[] = [];
  let met: readonly Fault[] = [];
  const outcome = (answer: ServiceReply, denied?: Denial, lost = false): Outcome => ({
    reply: answer,
    operation,
    denied,
    checks,
    faults: met,
    lost,
  });
  try {
    checks = await call.checks();
    const denied: Denial[] = [];
    for (const check of checks) {
      const message = policies.forSession(session, check);
      if (message !== undefined) denied.push({ check, message });
    }
    for (const denial of denied) recordDenial({ principal: callerOf(session), ...denial });
    const [first] = denied;
    if (first && !memberwise) return outcome(deniedReply(service, request, first), first);

    const missing = resourcesOf(checks)
      .map(whyLeftOut)
      .find((why) => why !== undefined);
    if (missing !== undefined) return outcome(service.error(request, 'NotImplemented', `The sandbox does not run this: ${missing}`, 501));

    met = faults.next(service.name, operation, request.principal.roleArn);
    const whole = met.find((fault) => !fault.statements);
    if (whole && !whole.afterwards) {
      return outcome(service.error(request, whole.code, whole.message ?? `${whole.code}, injected`, faultStatus(whole)));
    }
    const delay = delays.get(service.name) ?? 0;
    if (delay > 0) await clock.sleep(delay);
    const answer = await call.execute({ denied, faults: met.filter((fault) => fault.statements) });
    return whole ? outcome({ ...answer, error: whole.code }, first, true) : outcome(answer, first);
  } catch (error) {
    if (!(error instanceof AccessDenied)) return outcome(errorReply(service, request, error));
    const { denial } = error;
    recordDenial({ principal: callerOf(session), ...denial });
    return outcome(deniedReply(service, request, denial), denial);
  }
}

function deniedReply(service: EndpointService, request: ServiceRequest, denial: Denial): ServiceReply {
  return service.denied?.(request, denial) ?? service.error(request, 'AccessDeniedException', denial.message, 400);
}

function errorReply(service: EndpointService, request: ServiceRequest, error: unknown): ServiceReply {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalFailure', (error as Error).message, 500);
  return service.error(request, known.code, known.message, known.status);
}

function reply({ reply: answer, lost }: Outcome, incoming: http.IncomingMessage, outgoing: http.ServerResponse): void {
  if (lost) {
    incoming.socket.destroy();
  } else if (!outgoing.destroyed) {
    outgoing.writeHead(answer.status, headersOf(incoming.method ?? '', answer)).end(answer.body);
  }
}

function headersOf(method: string, answer: ServiceReply): Record<string, string> {
  return { 'x-amzn-requestid': randomUUID(), ...answer.headers, ...lengthOf(method, answer) };
}

function callOf(request: ServiceRequest, outcome: Outcome, at: number, milliseconds: number): Call {
  const { reply: answer, operation, denied, checks, faults } = outcome;
  const { arn: principal, accessKeyId } = request.principal;
  return {
    ...{ at, service: request.service, operation, principal, accessKeyId, checks, resources: resourcesOf(checks), status: answer.status },
    ...(answer.error === undefined ? undefined : { error: answer.error }),
    ...(denied ? { denied: denied.check } : undefined),
    faults,
    milliseconds,
    ...(answer.writeUnits === undefined ? undefined : { writeUnits: answer.writeUnits }),
  };
}

function resourcesOf(checks: readonly Check[]): string[] {
  return [...new Set(checks.map(({ resource }) => resource))];
}

/** For HEAD, the service sets the length itself; a 304 response has no length. */
function lengthOf(method: string, { status, body }: ServiceReply): Record<string, string> {
  return method === 'HEAD' || status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

/** The role of a session, because a role has many sessions. */
function callerOf({ principal: { arn, roleArn = arn } }: Session): string {
  return roleArn;
}

function unserved(
  request: ServiceRequest,
  failed: { code: string; message: string } | undefined,
  services: ReadonlyMap<string, EndpointService>,
): ServiceReply {
  const known = [...services.keys()].sort().join(', ');
  const code = failed?.code ?? 'NotImplementedException';
  const message = failed?.message ?? `The sandbox does not run the service '${request.service}' (it runs ${known})`;
  return {
    status: failed ? 403 : 501,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
    error: code,
  };
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    result[name] = Array.isArray(value) ? value.join(',') : (value ?? '');
  }
  return result;
}
