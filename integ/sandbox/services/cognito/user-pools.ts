import type { Assembly, Endpoint, Engines, Functions, RunningUserPool, UserPools } from '../../contracts';
import { PLACES, type Ports } from '../../process/ports';
import { jsonEngine } from '../../protocol/aws-json';
import type { SandboxContext } from '../../service-module';
import { PROTOCOL } from './ministack';
import { readPools } from './pools';
import { provisionPools } from './provision';
import { serveIssuers, servePool } from './server';
import { cognitoService } from './service';
import { openTriggers } from './trigger';

export interface UsersOptions {
  readonly assembly: Assembly;
  readonly engines: Engines;
  readonly endpoint: Endpoint;
  readonly functions: Functions;
  readonly reject: SandboxContext['reject'];
  readonly ports: Ports;
}

/**
 * Starts the user pools of the assembly. MiniStack has the users, passwords and keys; claims come from the template's own trigger. Sign-in
 * pages and keys are served on ports of this machine, to which requests of functions are forwarded.
 */
export async function startUsers({ assembly, engines, endpoint, functions, reject, ports }: UsersOptions): Promise<UserPools> {
  const read = readPools(assembly);
  const { call: cognito, close: closeEngine } = jsonEngine(engines.ministack, 'cognito-idp', PROTOCOL, assembly);
  const issuer = `cognito-idp.${assembly.region}.amazonaws.com`;
  const running: { close(): Promise<void> }[] = [];
  const add = <T extends { close(): Promise<void> }>(part: T): T => {
    running.push(part);
    return part;
  };
  const close = async () => {
    await Promise.all(running.splice(0).map((part) => part.close()));
    closeEngine();
  };
  try {
    const triggers = add(await openTriggers(read, endpoint, functions));
    const schemas = await provisionPools(assembly, read, cognito, triggers.url, reject, engines.continued);
    const pools = read.filter(({ id }) => schemas.has(id));
    endpoint.register(cognitoService({ assembly, pools, schemas, cognito }));
    const issuers = add(await serveIssuers(pools, engines.ministack.url, endpoint.url));
    functions.forward(issuer, issuers.origin);
    const served: RunningUserPool[] = [];
    for (const [index, pool] of pools.entries()) {
      const { origin } = add(await servePool(pool, engines.ministack.url, cognito, ports(PLACES.userPools + index)));
      for (const host of pool.hosts) functions.forward(host, origin);
      served.push({
        userPoolId: pool.id,
        issuer: `https://${issuer}/${pool.id}`,
        clientIds: pool.clients.map(({ id }) => id),
        url: origin,
      });
    }
    return { pools: served, close };
  } catch (error) {
    await close();
    throw error;
  }
}
