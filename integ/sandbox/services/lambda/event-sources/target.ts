import type { Assembly, Resource } from '../../../contracts';
import { type FunctionConfiguration, findFunction, functionArnOf, readFunction } from '../configuration';

export type Target = FunctionConfiguration;

/**
 * The function of a mapping.
 *
 * @throws with the error of AWS if it does not exist
 */
export function targetOf(assembly: Assembly, mapping: Resource): Target {
  const name = String(assembly.properties(mapping).FunctionName);
  const resource = findFunction(assembly, name);
  if (resource !== undefined) return assembly.read(resource, readFunction);
  const why = assembly.whyLeftOut(functionArnOf(assembly, name));
  throw new Error(
    `InvalidParameterValueException (${mapping.id}): ${why === undefined ? `Function not found: ${name}` : `The function is left out: ${why}`}`,
  );
}
