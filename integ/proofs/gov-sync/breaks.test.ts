import { changedSources } from '../../systems/gov-sync/break-assembly';
import { BREAKS } from './breaks';

test.each(Object.entries(BREAKS))('%s finds its texts in the sources', (_, broken) => {
  for (const { before, after } of changedSources(broken)) expect(after).not.toBe(before);
});
