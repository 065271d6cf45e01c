import { settled } from '../../assembly/properties';
import type { ServiceModule } from '../../service-module';
import { problemsOfAccount } from './account';
import { openControlPlane } from './control-plane';
import { problemsOf } from './load';
import { requestCounter } from './metrics';
import { apigatewayTypes } from './resource-types';
import { startGateway } from './rest-apis';
import { loadUsage } from './usage/load';

/** REST APIs, each on a port of this machine, with API keys and usage plans, and the control plane for both. */
export const apigateway: ServiceModule = {
  types: apigatewayTypes,
  late: apigatewayTypes.map(({ type }) => type),
  missingInFreshAccount: problemsOfAccount,
  unsupported: (assembly, { hosts }) => [...problemsOf(assembly, hosts), ...settled(() => loadUsage(assembly, 0).problems)],
  start({ assembly, endpoint, clock, accessLog, use, offer, report, leaveOut, reject, hosts, ports }) {
    const usage = openControlPlane({ assembly, endpoint, clock });
    const count = requestCounter(use('metrics'));
    let close = async () => {};
    return {
      async ready() {
        const parts = {
          accessLog,
          assembly,
          endpoint,
          usage,
          clock,
          functions: use('functions'),
          webAcls: use('webAcls'),
          userPools: use('userPools'),
          hosts,
          vpc: { network: use('network'), loadBalancers: use('loadBalancers') },
          ports,
          logs: use('logs'),
          count,
        };
        const apis = await startGateway({ ...parts, report, leftOut: leaveOut, reject });
        close = () => apis.close();
        offer('restApis', apis);
      },
      close: () => close(),
    };
  },
};
