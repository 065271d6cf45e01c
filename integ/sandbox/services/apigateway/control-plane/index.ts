import type { Assembly, Clock, Endpoint } from '../../../contracts';
import { type LoadedUsage, loadUsage } from '../usage/load';
import { controlPlane } from './service';

/** The API keys and usage plans of the account. */
export interface AccountUsage {
  /** Reads those of the template on the first call. Throws if one depends on a custom resource that has not run yet. */
  loaded(): LoadedUsage;
}

/**
 * Registers API Gateway's control plane at the endpoint. Custom resources may call it, so it starts before them, and before the gateway.
 */
export function openControlPlane({ assembly, endpoint, clock }: { assembly: Assembly; endpoint: Endpoint; clock: Clock }): AccountUsage {
  let usage: LoadedUsage | undefined;
  const loaded = () => {
    usage ??= loadUsage(assembly, clock.now());
    return usage;
  };
  endpoint.register(controlPlane(() => loaded().store, clock, assembly.region));
  return { loaded };
}
