import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Call, Clock, Denial, DenialNotice, DoorReply, DoorRequest, DoorService, Fault, Findings } from '../contracts';
import { listen } from '../loopback';
import { authenticate, NOBODY } from './authenticate';
import { type Faults, faultStatus } from './faults';
import type { Policies } from './policies';
import { Denied, Refusal } from './refusal';
import type { Session, Sessions } from './sessions';

export interface ServerOptions {
  readonly services: ReadonlyMap<string, DoorService>;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly region: string;
  readonly delays: ReadonlyMap<string, number>;
  tell(call: Call): void;
  tellDenial(denial: DenialNotice): void;
}

/** What one request came to; `lost` when its answer is not to arrive. */
interface Outcome {
  readonly reply: DoorReply;
  readonly operation: string;
  readonly denied?: Denial;
  readonly resources: readonly string[];
  readonly faults: readonly Fault[];
  readonly lost: boolean;
}

/** The session of callers who need none. */
const NOBODYS: Session = { principal: NOBODY, userId: '', policies: [], credentials: { accessKeyId: '', secretAccessKey: '' } };

/** Starts the door on a free port of 127.0.0.1. */
export async function startServer(options: ServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    serve(options, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  const { origin, close } = await listen(server);
  return {
    url: origin,
    close,
  };
}

async function serve(options: ServerOptions, incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
  const { services, sessions, region, clock, tell } = options;
  const at = clock.now();
  const started = performance.now();
  const request = {
    method: incoming.method ?? 'POST',
    url: incoming.url ?? '/',
    headers: flat(incoming.headers),
    body: await bodyOf(incoming),
  };
  const who = await authenticate(request, sessions, region);
  const principal = 'session' in who ? who.session.principal : NOBODY;
  const nobody: DoorRequest = { ...request, service: who.service, principal };
  const open = request.headers.authorization === undefined ? [...services.values()].find((one) => one.unsigned?.(nobody)) : undefined;
  const service = open ?? services.get(who.service);
  const full: DoorRequest = { ...nobody, service: service?.name ?? who.service };
  let outcome: Outcome;
  if (!service) {
    outcome = {
      reply: unserved(full, 'code' in who ? who : undefined, services),
      operation: 'unknown',
      resources: [],
      faults: [],
      lost: false,
    };
  } else if (open) {
    outcome = await answer(options, open, full, NOBODYS);
  } else if ('code' in who) {
    outcome = {
      reply: service.error(full, who.code, who.message, 400),
      operation: service.operation(full),
      resources: [],
      faults: [],
      lost: false,
    };
  } else {
    outcome = await answer(options, service, full, who.session);
  }
  const { reply, operation, denied, resources, faults, lost } = outcome;
  if (lost) {
    incoming.socket.destroy();
  } else if (!outgoing.destroyed) {
    outgoing
      .writeHead(reply.status, { 'x-amzn-requestid': randomUUID(), ...reply.headers, ...lengthOf(request.method, reply) })
      .end(reply.body);
  }
  tell({
    at,
    service: full.service,
    operation,
    principal: principal.arn,
    resources,
    status: reply.status,
    ...(reply.error === undefined ? {} : { error: reply.error }),
    ...(denied ? { denied: denied.check } : {}),
    faults,
    milliseconds: performance.now() - started,
    ...(reply.writeUnits === undefined ? {} : { writeUnits: reply.writeUnits }),
  });
}

/** Authorises, fails where a fault says so, and else lets the service answer. */
async function answer(options: ServerOptions, service: DoorService, request: DoorRequest, session: Session): Promise<Outcome> {
  const { policies, faults, delays, clock, tellDenial } = options;
  const operation = service.operation(request);
  let resources: readonly string[] = [];
  let met: readonly Fault[] = [];
  const outcome = (reply: DoorReply, denied?: Denial, lost = false): Outcome => ({
    reply,
    operation,
    resources,
    faults: met,
    lost,
    ...(denied ? { denied } : {}),
  });
  try {
    const checks = await service.checks(request);
    resources = [...new Set(checks.map((check) => check.resource))];
    const denied = checks.flatMap((check): Denial[] => {
      const message = policies.forSession(session, check);
      return message === undefined ? [] : [{ check, message }];
    });
    for (const denial of denied) {
      tellDenial({ principal: callerOf(session), ...denial });
    }
    const memberwise = service.memberwise?.(request) ?? false;
    if (denied.length > 0 && !memberwise) {
      const [first] = denied;
      return outcome(service.refusal?.(request, first) ?? service.error(request, 'AccessDeniedException', first.message, 400), first);
    }
    met = faults.next(service.name, operation);
    const whole = met.find((fault) => !fault.statements);
    if (whole && !whole.afterwards) {
      return outcome(service.error(request, whole.code, whole.message ?? `${whole.code}, injected`, faultStatus(whole)));
    }
    const delay = delays.get(service.name) ?? 0;
    if (delay > 0) {
      await clock.sleep(delay);
    }
    const findings: Findings = { denied, faults: met.filter((fault) => fault.statements) };
    const reply = await service.handle(request, findings);
    return whole ? outcome({ ...reply, error: whole.code }, denied[0], true) : outcome(reply, denied[0]);
  } catch (error) {
    if (error instanceof Denied) {
      const { denial } = error;
      tellDenial({ principal: callerOf(session), ...denial });
      return outcome(service.refusal?.(request, denial) ?? service.error(request, error.code, error.message, error.status), denial);
    }
    const refused = error instanceof Refusal ? error : new Refusal('InternalFailure', (error as Error).message, 500);
    return outcome(service.error(request, refused.code, refused.message, refused.status));
  }
}

/** What a HEAD would have got is told by the service; an answer of 304 has no length. */
function lengthOf(method: string, { status, body }: DoorReply): { 'content-length'?: number } {
  return method === 'HEAD' || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
}

/** The role behind a session: its sessions are many. */
function callerOf({ principal: { arn, roleArn = arn } }: Session): string {
  return roleArn;
}

function unserved(
  request: DoorRequest,
  failed: { code: string; message: string } | undefined,
  services: ReadonlyMap<string, DoorService>,
): DoorReply {
  const known = [...services.keys()].join(', ');
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
