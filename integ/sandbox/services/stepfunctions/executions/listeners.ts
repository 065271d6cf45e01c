import type { StateMachines, Transition } from '../../../contracts';

type Listener = Parameters<StateMachines['onTransition']>[0];

/** What sees the transitions of executions. */
export interface Listeners {
  add(listener: Listener): () => void;
  /** Undefined if there is none. */
  current(): ((transition: Transition) => Promise<void>) | undefined;
}

export function createListeners(): Listeners {
  const listeners = new Set<Listener>();
  const all = async (transition: Transition) => {
    for (const listener of [...listeners]) await listener(transition);
  };
  return {
    add(listener) {
      // An own function, so that the same listener can be added twice.
      const own: Listener = (transition) => listener(transition);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    current: () => (listeners.size === 0 ? undefined : all),
  };
}
