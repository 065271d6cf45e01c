import { changedSources } from '../../kit/break-handler';
import { WITHOUT_DEDUPLICATION } from './breaks';

test('the change is one of the sources as they are', () => {
  for (const { before, after } of changedSources(WITHOUT_DEDUPLICATION)) expect(after).not.toBe(before);
});
