import type { Network } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { ec2Service } from './api';
import type { Change } from './change-rules';
import type { NetworkModel } from './definition';
import { loadNetwork } from './load';
import { createNetwork } from './network';
import { problemsOf } from './problems';
import { ec2Types } from './resource-types';

/** VPCs: no packet passes them, but every connection asks whether its route and the rules at its two ends allow it. */
export const ec2: ServiceModule = {
  types: ec2Types,
  late: ec2Types.map(({ type }) => type),
  invalid: problemsOf,
  start({ assembly, endpoint, offer }) {
    const changes: Change[] = [];
    let loaded: { readonly model: NetworkModel; readonly network: Network } | undefined;
    // Read by the first connection: by then custom resources have run.
    const load = () => {
      const model = loadNetwork(assembly);
      for (const change of changes) change(model);
      return { model, network: createNetwork(model) };
    };
    const network = (): Network => {
      loaded ??= load();
      return loaded.network;
    };
    endpoint.register(
      ec2Service(
        assembly,
        () => loaded?.model ?? load().model,
        (change) => {
          changes.push(change);
          if (loaded) change(loaded.model);
        },
      ),
    );
    offer('network', {
      attach: (...parameters) => network().attach(...parameters),
      release: (one) => network().release(one),
      blocked: (...parameters) => network().blocked(...parameters),
    });
    return {};
  },
};
