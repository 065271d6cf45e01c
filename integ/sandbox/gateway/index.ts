import type { Assembly, Clock, DeployedApi, Door, Functions, Gateway, LogSink } from '../contracts';
import { sayOnce } from '../once';
import type { AccessLogMode } from './access-log';
import { requireLogRoles } from './account';
import { createAuthorize } from './authorizer';
import type { AccountUsage } from './control-plane';
import { createInspect, loadFirewalls } from './firewall';
import { createHandle } from './handle';
import { loadApis } from './load';
import { type ApiServer, serve } from './server';
import { createServiceCalls } from './service-call';
import { createMeter } from './usage/meter';

export { problemsOfAccount } from './account';
export { openControlPlane } from './control-plane';
export { knowledge } from './knowledge';
export { problemsOf } from './problems';

export interface GatewayOptions {
  readonly assembly: Assembly;
  readonly door: Door;
  readonly functions: Functions;
  /** API keys and usage plans, as `openControlPlane` gives them. */
  readonly usage: AccountUsage;
  readonly clock: Clock;
  readonly logs: LogSink;
  /**
   * How values stand in access logs.
   *
   * @default 'escaped'
   */
  readonly accessLog?: AccessLogMode;
  /** Told, once per kind, why the gateway itself answers with a 5xx status. */
  readonly say?: (line: string) => void;
  /** Told of each thing that is left out, with property and resource. */
  readonly leftOut?: (problem: string) => void;
}

/**
 * Serves every REST API of the assembly over HTTP, each on a port of its own.
 *
 * What cannot be run faithfully is said and left out; such a method answers 501 with the reason. {@link problemsOf} tells it before.
 */
export async function startGateway({
  assembly,
  door,
  functions,
  usage,
  clock,
  logs,
  accessLog = 'escaped',
  say = () => {},
  leftOut = say,
}: GatewayOptions): Promise<Gateway> {
  requireLogRoles(assembly, door);
  const { apis: definitions, problems } = loadApis(assembly);
  const { store, problems: ofUsage } = usage.loaded();
  const { acls, problems: ofFirewalls, notEvaluated } = loadFirewalls(assembly);
  for (const problem of [...problems, ...ofUsage, ...ofFirewalls]) leftOut(problem);
  for (const line of notEvaluated) say(line);
  const services = createServiceCalls(door);
  const authorize = createAuthorize({ door, functions, clock });
  const meter = createMeter(store, clock);
  const once = sayOnce(say);
  const inspect = createInspect(acls, (acl, rule, kind, { method, path, sourceIp }) =>
    once([acl, rule, kind], `${acl}: the rule ${rule} ${kind}s ${method} ${path} from ${sourceIp}`),
  );
  const parts = { door, functions, clock, logs, accessLog, callService: services.call, inspect, authorize, meter, blame: once };
  const servers: ApiServer[] = [];
  const apis: DeployedApi[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    services.close();
  };
  try {
    for (const api of definitions) {
      const server = await serve(api, createHandle(api, parts));
      servers.push(server);
      functions.forward(api.host, server.origin);
      for (const { name } of api.stages) {
        apis.push({ restApiId: api.id, stage: name, url: `${server.origin}/${name}`, publicUrl: `https://${api.host}/${name}` });
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { apis, close };
}
