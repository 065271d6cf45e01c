import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Call, Clock, Denial, DenialNotice, EndpointService, Fault, ServiceCall, ServiceReply, ServiceRequest } from '../contracts';
import type { Policies } from '../iam/index';
import { listen } from '../process/loopback';
import { type Authentication, authenticate, NOBODY } from './authenticate';
import { type Faults, faultStatus } from './faults';
import { AccessDenied, ServiceError } from './service-error';
import type { Session, Sessions } from './sessions';

export interface ServerOptions {
  readonly services: ReadonlyMap<string, EndpointService>;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly region: string;
  readonly delays: ReadonlyMap<string, number>;
  record(call: Call): void;
  recordDenial(denial: DenialNotice): void;
}

/** What one request came to; `lost` when its answer is not to arrive. */
interface Outcome {
  readonly reply: ServiceReply;
  readonly operation: string;
  readonly denied?: Denial;
  readonly resources: readonly string[];
  readonly faults: readonly Fault[];
  readonly lost: boolean;
}

/** The session of callers who need none. */
const NOBODYS: Session = { principal: NOBODY, userId: '', policies: [], credentials: { accessKeyId: '', secretAccessKey: '' } };

/** Starts the endpoint on a free port of 127.0.0.1. */
export async function startServer(options: ServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    serve(options, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  const { origin, close } = await listen(server);
  return { url: origin, close };
}

/** Each request in this order: authenticate, route, authorize, inject faults, delay, execute, reply, record. */
async function serve(options: ServerOptions, incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
  const { services, sessions, region, clock } = options;
  const at = clock.now();
  const started = performance.now();
  const request = {
    method: incoming.method ?? 'POST',
    url: incoming.url ?? '/',
    headers: flat(incoming.headers),
    body: await bodyOf(incoming),
  };
  const who = await authenticate(request, sessions, region);
  const { service, full, session } = route(services, { ...request, service: who.service, principal: NOBODY }, who);
  const outcome = await answered(options, service, full, session, who);
  reply(outcome, incoming, outgoing);
  options.record(callOf(full, outcome, at, performance.now() - started));
}

/** The service that a request is for, and whose request it is; without a session where the signature is not good. */
function route(services: ReadonlyMap<string, EndpointService>, nobody: ServiceRequest, who: Authentication) {
  const unsigned = nobody.headers.authorization === undefined ? [...services.values()].find((one) => one.unsigned?.(nobody)) : undefined;
  const service = unsigned ?? services.get(who.service);
  const session = unsigned ? NOBODYS : 'session' in who ? who.session : undefined;
  const full: ServiceRequest = { ...nobody, service: service?.name ?? who.service, principal: session?.principal ?? NOBODY };
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
  const nothing = { operation: 'unknown', resources: [], faults: [], lost: false };
  if (!service) return { ...nothing, reply: unserved(request, failed, options.services) };
  const call = read(service, request);
  const operation = 'reply' in call ? 'unknown' : call.operation;
  if (!session) return { ...nothing, operation, reply: service.error(request, failed?.code ?? '', failed?.message ?? '', 400) };
  return 'reply' in call ? { ...nothing, reply: call.reply } : execute(options, service, request, call, session);
}

/** The request as the service reads it, or the service's error. */
function read(service: EndpointService, request: ServiceRequest): ServiceCall | { readonly reply: ServiceReply } {
  try {
    return service.read(request);
  } catch (error) {
    return { reply: errorReply(service, request, error) };
  }
}

/** Authorizes, fails where a fault says so, and else lets the service answer. */
async function execute(
  { policies, faults, delays, clock, recordDenial }: ServerOptions,
  service: EndpointService,
  request: ServiceRequest,
  call: ServiceCall,
  session: Session,
): Promise<Outcome> {
  const { operation, memberwise = false } = call;
  let resources: readonly string[] = [];
  let met: readonly Fault[] = [];
  const outcome = (answer: ServiceReply, denial?: Denial, lost = false): Outcome => ({
    ...{ reply: answer, operation, resources, faults: met, lost },
    ...(denial ? { denied: denial } : {}),
  });
  try {
    const checks = await call.checks();
    resources = [...new Set(checks.map((check) => check.resource))];
    const denied = checks.flatMap((check): Denial[] => {
      const message = policies.forSession(session, check);
      return message === undefined ? [] : [{ check, message }];
    });
    for (const denial of denied) recordDenial({ principal: callerOf(session), ...denial });
    const [first] = denied;
    if (first && !memberwise) return outcome(deniedReply(service, request, first), first);

    met = faults.next(service.name, operation);
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
    const headers = { 'x-amzn-requestid': randomUUID(), ...answer.headers, ...lengthOf(incoming.method ?? '', answer) };
    outgoing.writeHead(answer.status, headers).end(answer.body);
  }
}

function callOf(request: ServiceRequest, outcome: Outcome, at: number, milliseconds: number): Call {
  const { reply: answer, operation, denied, resources, faults } = outcome;
  return {
    ...{ at, service: request.service, operation, principal: request.principal.arn, resources, status: answer.status },
    ...(answer.error === undefined ? {} : { error: answer.error }),
    ...(denied ? { denied: denied.check } : {}),
    ...{ faults, milliseconds },
    ...(answer.writeUnits === undefined ? {} : { writeUnits: answer.writeUnits }),
  };
}

/** What a HEAD would have got is told by the service; an answer of 304 has no length. */
function lengthOf(method: string, { status, body }: ServiceReply): { 'content-length'?: number } {
  return method === 'HEAD' || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
}

/** The role behind a session: its sessions are many. */
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
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]));
}

function bodyOf(incoming: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}
