import type { JsonObject } from '../contracts';
import { objectOf, objects, strings } from '../protocol/json';

/** Policies with fewer statements, by the action that they are for. */
const known = new WeakMap<JsonObject, Map<string, JsonObject>>();
/** The maximum number of actions per policy, because a caller can name arbitrary ones. */
const MOST_ACTIONS = 1_000;

/**
 * A policy without the statements that can't apply to an action, which the simulator would evaluate all the same. It keeps every statement
 * that might apply: it compares actions only up to their first wildcard.
 */
export function statementsFor(document: JsonObject, action: string): JsonObject {
  const byAction = known.get(document) ?? new Map<string, JsonObject>();
  known.set(document, byAction);
  const found = byAction.get(action) ?? { ...document, Statement: statementsOf(document).filter((one) => mayApply(one, action)) };
  if (byAction.size >= MOST_ACTIONS) byAction.clear();
  byAction.set(action, found);
  return found;
}

/** One statement needs no list. */
function statementsOf({ Statement }: JsonObject): JsonObject[] {
  return Array.isArray(Statement) ? objects(Statement) : Statement === undefined ? [] : [objectOf(Statement)];
}

function mayApply({ Action }: JsonObject, action: string): boolean {
  const patterns = strings(Action);
  // A statement with NotAction applies to all others.
  return patterns.length === 0 || patterns.some((pattern) => action.toLowerCase().startsWith(pattern.split(/[*?$]/)[0].toLowerCase()));
}
