import { rejectNothing } from '../../assembly/errors';
import type { Assembly, Clock, DeployedApi, Endpoint, Functions, LogSink, RestApis, UserPools, WebAcls } from '../../contracts';
import type { Hosts } from '../../process/hosts';
import { reportOnce } from '../../process/once';
import { anyPorts, PLACES, type Ports } from '../../process/ports';
import type { SandboxContext } from '../../service-module';
import type { AccessLogMode } from './access-log';
import { requireLogRoles } from './account';
import { createAuthorize } from './authorizer';
import { createAuthorizeByPool } from './cognito-authorizer';
import type { AccountUsage } from './control-plane/index';
import { createHandle } from './handle';
import { loadApis } from './load';
import type { CountRequest } from './metrics';
import { type ApiServer, serve } from './server';
import { createServiceCalls } from './service-call';
import { createMeter } from './usage/meter';
import { createConnect, type VpcParts } from './vpc-links';

export interface GatewayOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly functions: Functions;
  readonly webAcls: WebAcls;
  /** The user pools whose tokens the authorizers accept. */
  readonly userPools?: UserPools;
  /** Where HTTP integrations send requests to hosts outside this machine. */
  readonly hosts?: Hosts;
  /** The VPCs and load balancers that VPC links connect to. */
  readonly vpc?: VpcParts;
  /** API keys and usage plans, from `openControlPlane`. */
  readonly usage: AccountUsage;
  readonly clock: Clock;
  readonly logs: LogSink;
  /** Counts requests. @default nothing is counted */
  readonly count?: CountRequest;
  /**
   * How values are written to access logs.
   *
   * @default 'escaped'
   */
  readonly accessLog?: AccessLogMode;
  /** Reports, once per kind, why the gateway itself returns a 5xx status. */
  readonly report?: (line: string) => void;
  /** Reports each problem that leaves something out, with property and resource. */
  readonly leftOut?: (problem: string) => void;
  readonly ports?: Ports;
  /** Handles what API Gateway would reject; by default the start fails. */
  readonly reject?: SandboxContext['reject'];
}

/**
 * Serves every REST API of the assembly over HTTP, each on a port of its own.
 *
 * What the sandbox can't run as AWS does is reported and left out; such a method returns 501 with the reason.
 */
export async function startGateway({
  assembly,
  endpoint,
  functions,
  webAcls,
  userPools = { pools: [], close: async () => {} },
  hosts = new Map(),
  vpc,
  usage,
  clock,
  logs,
  count = () => {},
  accessLog = 'escaped',
  report = () => {},
  leftOut = report,
  ports = anyPorts,
  reject = rejectNothing,
}: GatewayOptions): Promise<RestApis> {
  requireLogRoles(assembly, endpoint, reject);
  const { apis: definitions, problems } = loadApis(assembly, hosts);
  const { store, problems: ofUsage } = usage.loaded();
  for (const problem of [...problems, ...ofUsage]) leftOut(problem);
  const authorize = createAuthorize({ endpoint, functions, clock });
  const meter = createMeter(store, clock);
  const once = reportOnce(report);
  const parts = {
    endpoint,
    functions,
    clock,
    logs,
    count,
    accessLog,
    callService: createServiceCalls(endpoint),
    connect: createConnect(assembly, vpc, reject),
    webAcls,
    authorize,
    authorizeByPool: createAuthorizeByPool(userPools),
    meter,
    reportFailure: once,
  };
  const servers: ApiServer[] = [];
  const apis: DeployedApi[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const [index, api] of definitions.entries()) {
      const server = await serve(api, createHandle(api, parts), ports(PLACES.apis + index));
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
