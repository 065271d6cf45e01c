import { NotYetKnown } from './assembly/errors';
import { resourceTypeOf } from './assembly/resource-types';
import type { Assembly, Problem } from './contracts';
import type { ServiceModule } from './service-module';

/**
 * The resources that need what no custom resource has said yet. Before they run, those of types that are read late are not looked at.
 *
 * @param late types that are read only when custom resources have run; none when they have
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
        return [{ resource, message: `${resource.type} needs what is not known (${resource.id}): ${error.message}` }];
      }
    });
}
