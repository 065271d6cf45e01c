import type { Json, JsonObject } from '../../../../contracts';
import type { Reading } from '../../definition/state-type';
import type { Expression } from '../../language/language';
import type { Frame, Scope } from '../../model';

/** How the items of a Map state run: in the execution, or in child executions. */
export interface Processing {
  /** @returns the result of the state. @throws TaskFailure */
  run(frame: Frame, scope: Scope): Promise<Json>;
}

/** What both modes need. */
export interface MapParts {
  readonly reading: Reading;
  readonly fields: JsonObject;
  /** The processor of an item. */
  readonly processor: JsonObject;
  readonly maxConcurrency?: Expression;
  /** The items in the data of the state. @throws TaskFailure */
  items(scope: Scope): Promise<Json[]>;
  /** The input for an item. */
  input(scope: Scope, item: MapItem): Promise<Json>;
}

/** `$$.Map.Item`. */
export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}
