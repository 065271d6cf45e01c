import type { JsonObject, StateDescription } from '../../sandbox';

/** A state in the picture: one row. */
export interface Row {
  readonly name: string;
  readonly type: StateDescription['type'];
  /** The states that follow it, the usual one first. */
  readonly next: readonly string[];
  /** The branches of a Parallel state, or the processor of a Map state. */
  readonly groups: readonly Row[][];
  /** Whether each item of a Map state is a child execution. */
  readonly isDistributed: boolean;
}

/** The states of a definition or of a branch, so that each comes after those that lead to it, but for loops. */
export function rowsOf(definition: JsonObject): Row[] {
  const states = (definition.States ?? {}) as Record<string, JsonObject>;
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    // The usual successor is visited last, so that it comes right after its state.
    for (const next of [...nextOf(states[name])].reverse()) visit(next);
    order.unshift(name);
  };
  for (const name of [String(definition.StartAt), ...Object.keys(states)]) visit(name);
  return order.map((name) => rowOf(name, states[name]));
}

function rowOf(name: string, state: JsonObject): Row {
  const processor = (state.ItemProcessor ?? state.Iterator) as JsonObject | undefined;
  const branches = [...listOf(state.Branches), ...(processor === undefined ? [] : [processor])];
  const config = processor?.ProcessorConfig as JsonObject | undefined;
  return {
    ...{ name, type: state.Type as Row['type'], next: nextOf(state), groups: branches.map(rowsOf) },
    isDistributed: config?.Mode === 'DISTRIBUTED',
  };
}

function nextOf(state: JsonObject): string[] {
  const all = [
    ...[state.Next, ...listOf(state.Choices).map(({ Next }) => Next), state.Default],
    ...listOf(state.Catch).map(({ Next }) => Next),
  ];
  return [...new Set(all.flatMap((name) => (typeof name === 'string' ? [name] : [])))];
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
