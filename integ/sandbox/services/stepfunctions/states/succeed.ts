import type { StateType } from '../definition/state-type';

export const succeed: StateType = {
  fields: [],
  values: [],
  read(fields, { language, where }) {
    const flow = language.flow(fields, where, 'Succeed');
    return {
      ...{ type: 'Succeed', leadsTo: [] },
      run: async (_frame, scope) => flow.output({ ...scope, data: await flow.input(scope) }),
    };
  },
};
