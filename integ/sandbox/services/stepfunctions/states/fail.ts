import type { StateType } from '../definition/state-type';
import type { Expression } from '../language/language';
import type { Scope } from '../model';
import { RUNTIME, TaskFailure } from '../run/failure';

export const fail: StateType = {
  fields: [],
  values: ['Error', 'Cause'],
  read(fields, { language, where }) {
    const error = language.value(fields, 'Error', where);
    const cause = language.value(fields, 'Cause', where);
    return {
      ...{ type: 'Fail', leadsTo: [] },
      async run(_frame, scope) {
        throw new TaskFailure(await text(error, scope), await text(cause, scope));
      },
    };
  },
};

async function text(expression: Expression | undefined, scope: Scope): Promise<string> {
  const value = (await expression?.(scope)) ?? '';
  if (typeof value !== 'string') throw new TaskFailure(RUNTIME, 'The Error and the Cause of a Fail state must be strings');
  return value;
}
