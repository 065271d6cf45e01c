import { unreadable } from '../../assembly/properties';
import type { ServiceModule } from '../../service-module';
import { elbService } from './api';
import { type Balancers, startBalancers } from './balancers';
import { READERS } from './load';
import { balancerMetrics } from './metrics';
import { elbTypes } from './resource-types';

/** Application load balancers: proxies on this machine that check the health of their targets. */
export const elasticloadbalancingv2: ServiceModule = {
  types: elbTypes,
  late: elbTypes.map(({ type }) => type),
  invalid: (assembly) => unreadable(assembly, READERS),
  start(context) {
    const { endpoint, offer } = context;
    const metrics = balancerMetrics(context.use('metrics'));
    let balancers: Balancers | undefined;
    const running = (): Balancers => {
      if (!balancers) throw new Error('The load balancers have not started');
      return balancers;
    };
    endpoint.register(elbService(running));
    offer('loadBalancers', {
      register: (...parameters) => running().register(...parameters),
      deregister: (...parameters) => running().deregister(...parameters),
      shift: (...parameters) => running().shift(...parameters),
      health: (...parameters) => running().health(...parameters),
      // Tasks that custom resources start run before the load balancers: they reach none.
      listener: (...parameters) => balancers?.listener(...parameters),
      get running() {
        return balancers?.running ?? [];
      },
    });
    return {
      async ready() {
        balancers = await startBalancers(context, metrics);
      },
      close: async () => balancers?.close(),
    };
  },
};
