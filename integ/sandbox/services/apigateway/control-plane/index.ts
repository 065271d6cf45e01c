import type { Assembly, Clock, Endpoint } from '../../../contracts';
import { type LoadedUsage, loadUsage } from '../usage/load';
import { controlPlane } from './service';

/** The keys and plans of a run, in its clock's time. */
export interface AccountUsage {
  /** Reads the template's when first asked. Throws where it depends on a custom resource that has yet to run. */
  loaded(): LoadedUsage;
}

/** Opens API Gateway's own API at the endpoint. Custom resources may call it, so it is there before they run, and before the gateway. */
export function openControlPlane({ assembly, endpoint, clock }: { assembly: Assembly; endpoint: Endpoint; clock: Clock }): AccountUsage {
  let usage: LoadedUsage | undefined;
  const loaded = () => {
    usage ??= loadUsage(assembly, clock.now());
    return usage;
  };
  endpoint.register(controlPlane(() => loaded().store, clock, assembly.region));
  return { loaded };
}
