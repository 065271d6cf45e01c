import type { ServiceModule } from '../../service-module';
import { problemsOf } from './problems';
import { cognitoTypes } from './resource-types';
import { startUsers } from './user-pools';

/** User pools: users and keys in MiniStack, claims from the template's own trigger. */
export const cognito: ServiceModule = {
  types: cognitoTypes,
  unsupported: problemsOf,
  async start({ assembly, engines, endpoint, use, offer, reject, ports }) {
    const pools = await startUsers({ assembly, engines, endpoint, functions: use('functions'), reject, ports });
    offer('userPools', pools);
    return pools;
  },
};
