import { list } from '../definition/only';
import type { StateType } from '../definition/state-type';
import { TaskFailure } from '../run/failure';

export const choice: StateType = {
  fields: ['Choices', 'Default'],
  values: [],
  read(fields, { language, where }) {
    const flow = language.flow(fields, where, 'Choice');
    const rules = list(fields.Choices).map((rule, index) => language.rule(rule, `${where}.Choices[${index}]`, fields));
    const otherwise = fields.Default === undefined ? undefined : String(fields.Default);
    return {
      type: 'Choice',
      leadsTo: [...rules.map(({ next }) => next), ...(otherwise === undefined ? [] : [otherwise])],
      async run(_frame, given) {
        const scope = { ...given, data: await flow.input(given) };
        for (const rule of rules) {
          if (await rule.holds(scope)) return { ...(await rule.passed(scope)), next: rule.next };
        }
        if (otherwise === undefined) throw new TaskFailure('States.NoChoiceMatched', 'No choice rule holds, and there is no default state');
        return { ...(await flow.output(scope)), next: otherwise };
      },
    };
  },
};
