import { NotSupported } from '../definition/not-supported';
import { list } from '../definition/only';
import type { StateType } from '../definition/state-type';
import { readHandling } from '../run/handling';
import { inParallel } from '../run/in-parallel';
import { branchOf } from '../run/progress';
import { runStates } from '../run/run-states';
import { leadsTo, nextOf } from './next';

export const parallel: StateType = {
  fields: ['Next', 'End', 'Branches', 'Retry', 'Catch'],
  values: [],
  read(fields, reading) {
    const { language, where } = reading;
    const flow = language.flow(fields, where, 'Parallel');
    const branches = list(fields.Branches).map((branch, index) => reading.states(branch, `${where}.Branches[${index}]`));
    if (branches.length === 0) throw new NotSupported(`${where}.Branches must have at least one branch`);
    const handling = readHandling(fields, reading);
    const end = nextOf(fields);
    return {
      ...{ type: 'Parallel', leadsTo: [...leadsTo(end), ...handling.leadsTo] },
      run: (frame, scope) =>
        handling.run(
          frame,
          scope,
          async (attempt) => {
            const input = await flow.input(attempt);
            const given = flow.given === undefined ? input : await flow.given({ ...attempt, data: input });
            if (frame.progress.branches === undefined) frame.event('ParallelStateStarted', undefined, { branches: [] });
            const kept = frame.progress.branches ?? [];
            const results = await inParallel(branches, branches.length, frame.signal, (branch, index, signal) =>
              runStates(branch, frame.fork(index, branchOf(kept, index), signal), given),
            );
            return { ...(await flow.output({ ...attempt, data: input }, results)), ...end };
          },
          () => frame.event('ParallelStateFailed'),
        ),
    };
  },
};
