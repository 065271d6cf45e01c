import type { JsonObject, StateDescription } from '../../../contracts';
import type { StateTypeName } from '../model';
import { list } from './only';

/** All states of a definition that was read before, in its order: a Parallel or Map state comes before its own states. */
export function listStates(definition: JsonObject, within?: string): StateDescription[] {
  return Object.entries((definition.States ?? {}) as Record<string, JsonObject>).flatMap(([name, state]) => {
    const type = state.Type as StateTypeName;
    const inner = [...list(state.Branches), ...[state.ItemProcessor ?? state.Iterator ?? []].flat()] as JsonObject[];
    return [{ name, type, ...(within === undefined ? {} : { within }) }, ...inner.flatMap((branch) => listStates(branch, name))];
  });
}
