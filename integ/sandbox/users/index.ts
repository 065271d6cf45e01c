import type { Assembly, Door, Engines, Functions, Users } from '../contracts';
import { makePools } from './make';
import { createCognito } from './ministack';
import { readPools } from './pools';
import { serveUsers } from './server';
import { cognitoService } from './service';
import { openTriggers } from './trigger';

export { knowledge } from './knowledge';
export { problemsOf } from './pools';

export interface UsersOptions {
  readonly assembly: Assembly;
  readonly engines: Engines;
  readonly door: Door;
  readonly functions: Functions;
}

/**
 * The user pools of the assembly: accounts, passwords and keys are MiniStack's, claims come from the template's own trigger. Sign-in pages and keys
 * are served on a port of this machine, to which functions' requests for them are led.
 */
export async function startUsers({ assembly, engines, door, functions }: UsersOptions): Promise<Users> {
  const pools = readPools(assembly);
  const { account, region } = assembly;
  const cognito = createCognito(engines.ministack, account, region);
  const triggers = await openTriggers(pools, door, functions);
  const server = await serveUsers(pools, engines.ministack.url, door.url);
  const close = async () => {
    await Promise.all([triggers.close(), server.close()]);
  };
  try {
    await makePools(assembly, pools, cognito, triggers.url);
  } catch (error) {
    await close();
    throw error;
  }
  door.register(cognitoService(assembly, pools, cognito));
  functions.forward(`cognito-idp.${region}.amazonaws.com`, server.origin);
  return {
    pools: pools.map(({ id, clients }) => ({
      userPoolId: id,
      issuer: `https://cognito-idp.${region}.amazonaws.com/${id}`,
      clientIds: clients.map((client) => client.id),
      url: server.origin,
    })),
    close,
  };
}
