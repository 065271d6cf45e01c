import type { Template } from 'aws-cdk-lib/assertions';

/** What counting events needs of a state. */
export interface State {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Pass' | 'Parallel' | 'Map' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
  readonly Retry?: readonly Retry[];
  readonly Branches?: readonly { readonly StartAt: string; readonly States: States }[];
  readonly ItemProcessor?: { readonly StartAt: string; readonly States: States };
  readonly TimeoutSeconds?: number;
}

export interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

export type States = Readonly<Record<string, State>>;

/** The definition of the only state machine of a template. What is known at deployment only becomes a text. */
export function definitionOf(template: Template): { readonly StartAt: string; readonly States: States } {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const { 'Fn::Join': joined } = machine.Properties.DefinitionString as { 'Fn::Join': [string, unknown[]] };
  return JSON.parse(joined[1].map((part) => (typeof part === 'string' ? part : 'token')).join(''));
}

export interface Counted {
  /** Only what comes between one visit of this state and the next. */
  readonly through?: string;
  /** States that are not visited. */
  readonly without?: readonly string[];
}

/**
 * The most events that the history can get on any way that visits no state twice, or on any way from a state back to it. The branch of a
 * Parallel state is part of the way: its retries enter it again.
 */
export function mostEvents(states: States, { through, without = [] }: Counted): number {
  const graph = graphOf(states);
  const names = through === undefined ? [...graph.keys()] : [through];
  return Math.max(...names.filter((name) => !without.includes(name)).map((name) => longest(name, new Set(without))));

  function longest(name: string, visited: ReadonlySet<string>): number {
    const { events, next } = graph.get(name) ?? { events: 0, next: [] };
    const seen = new Set([...visited, name]);
    const ways = next.map((one) => {
      if (one === through) return 0;
      return seen.has(one) ? Number.NEGATIVE_INFINITY : longest(one, seen);
    });
    // A way that does not come back is none, if it has to.
    return events + Math.max(through === undefined ? 0 : Number.NEGATIVE_INFINITY, ...ways);
  }
}

interface Node {
  readonly events: number;
  readonly next: readonly string[];
}

function graphOf(states: States): Map<string, Node> {
  const graph = new Map<string, Node>();
  for (const [name, state] of Object.entries(states)) {
    const next = [
      ...[state.Next, state.Default].flatMap((one) => (one === undefined ? [] : [one])),
      ...[...(state.Choices ?? []), ...(state.Catch ?? [])].map((one) => one.Next),
    ];
    const [branch] = state.Branches ?? [];
    if (branch === undefined) {
      graph.set(name, { events: eventsOf(state), next });
      continue;
    }
    // The branch is entered from the state. Where it ends, the state is entered again, or what comes after it.
    graph.set(name, { events: eventsOf(state), next: [branch.StartAt] });
    for (const [inner, node] of graphOf(branch.States)) {
      graph.set(inner, node.next.length === 0 ? { ...node, next: [...next, name] } : node);
    }
  }
  return graph;
}

/**
 * Documented: HistoryEvent of GetExecutionHistory. A task is entered and exited, and each of its tries is scheduled, started, and ends. Parallel
 * and Map states are entered, started, end and are exited, and a failed branch or run has an event of its own.
 */
function eventsOf({ Type, Retry = [] }: State): number {
  const tries = 1 + Retry.reduce((most, { MaxAttempts }) => most + MaxAttempts, 0);
  switch (Type) {
    case 'Task':
      return 2 + 3 * tries;
    // Its retries are turns of their own.
    case 'Parallel':
      return 5;
    case 'Map':
      return 2 + 6 * tries;
    case 'Fail':
    case 'Succeed':
      // The end of the execution as well.
      return 3;
    default:
      return 2;
  }
}
