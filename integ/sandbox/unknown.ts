import { NotYetKnown } from './assembly/errors';
import { resourceTypeOf } from './assembly/resource-types';
import type { Assembly, Problem } from './contracts';
import type { ServiceModule } from './service-module';

/**
 * The resources that need a value that no custom resource has returned yet. Before custom resources run, types that are read late are
 * skipped.
 *
 * @param late types that are read only after custom resources have run; empty when they have run
 */
export function unknown(assembly: Assembly, services: readonly ServiceModule[], late: ReadonlySet<string> = new Set()): Problem[] {
  const types = services.flatMap((service) => service.types).filter(({ support }) => support === 'runs' || support === 'evaluated');
  return assembly.resources
    .filter((resource) => !assembly.leftOut.has(resource))
    .filter(({ type }) => {
      const known = resourceTypeOf(types, type);
      return known !== undefined && !late.has(known.type);
    })
    .flatMap((resource) => {
      try {
        assembly.properties(resource);
        return [];
      } catch (error) {
        if (!(error instanceof NotYetKnown)) throw error;
        return [{ resource, message: `${resource.type} needs an unknown value (${resource.id}): ${error.message}` }];
      }
    });
}
