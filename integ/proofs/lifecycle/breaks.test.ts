import { changedSources } from '../../kit/break-handler';
import { BREAKS, ONBOARDING } from './breaks';

test.each(Object.entries(BREAKS))('%s finds its texts in the sources', (_, { changes = [] }) => {
  for (const { before, after } of changedSources({ ...ONBOARDING, changes })) expect(after).not.toBe(before);
});
