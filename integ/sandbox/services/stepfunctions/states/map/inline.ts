import { TaskFailure } from '../../run/failure';
import { inParallel } from '../../run/in-parallel';
import { branchOf } from '../../run/progress';
import { runStates } from '../../run/run-states';
import { numberOf } from './concurrency';
import type { MapParts, Processing } from './parts';

/** Documented: the Inline mode runs at most 40 iterations at a time. */
const MAX_CONCURRENCY = 40;

/** Iterations in the execution itself (documented: "Using Map state in Inline mode"). */
export function readInline({ reading, processor, maxConcurrency, items, input }: MapParts): Processing {
  const { language, where, name } = reading;
  const states = reading.states(processor, `${where}.ItemProcessor`);
  return {
    async run(frame, scope) {
      const values = await items(scope);
      const limit = (await numberOf(maxConcurrency, scope, 'MaxConcurrency', language)) ?? 0;
      if (frame.progress.branches === undefined) frame.event('MapStateStarted', { length: values.length }, { branches: [] });
      const kept = frame.progress.branches ?? [];
      return inParallel(
        values,
        Math.min(limit === 0 ? MAX_CONCURRENCY : limit, MAX_CONCURRENCY),
        frame.signal,
        async (Value, Index, signal) => {
          const details = { name, index: Index };
          const progress = branchOf(kept, Index);
          if (progress.done !== undefined && progress.iteration === 'SUCCEEDED') return progress.done.output;
          const item = { Index, Value };
          const inner = frame.fork(Index, progress, signal, item);
          if (progress.iteration === undefined) inner.event('MapIterationStarted', details, { iteration: 'STARTED' });
          try {
            const output = await runStates(states, inner, await input(scope, item));
            inner.event('MapIterationSucceeded', details, { iteration: 'SUCCEEDED' });
            return output;
          } catch (failure) {
            if (failure instanceof TaskFailure && !signal.aborted) inner.event('MapIterationFailed', details);
            else inner.event('MapIterationAborted', details);
            throw failure;
          }
        },
      );
    },
  };
}
