import type { StateType } from '../definition/state-type';
import { leadsTo, nextOf } from './next';

export const pass: StateType = {
  fields: ['Next', 'End'],
  values: [],
  read(fields, { language, where }) {
    const flow = language.flow(fields, where, 'Pass');
    const end = nextOf(fields);
    return {
      ...{ type: 'Pass', leadsTo: leadsTo(end) },
      async run(_frame, scope) {
        const input = await flow.input(scope);
        const result = fields.Result ?? (await flow.given?.({ ...scope, data: input })) ?? input;
        return { ...(await flow.output(scope, result)), ...end };
      },
    };
  },
};
