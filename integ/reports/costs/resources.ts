import { readStacks } from '../assembly/stacks';
import type { CostedResource } from './charges';

/** The resources of all stacks of a cloud assembly, with their paths below the stack and without the last part, which L2 constructs add. */
export function resourcesOf(directory: string): CostedResource[] {
  return readStacks(directory).flatMap(({ resources }) =>
    resources.map(({ logicalId, type, properties, path = logicalId }) => ({
      logicalId,
      type,
      properties,
      path: path.replace(/\/Resource$/, ''),
    })),
  );
}
