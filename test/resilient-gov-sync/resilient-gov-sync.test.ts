import { keepsPromises } from '../promises';
import { logicalIds, places, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { govSync } from './fixtures';

keepsPromises(minimal);

test('the smallest app, as a template', () => {
  const stack = testStack();
  minimal(stack);
  const { Resources } = scrubbed(templateOf(stack)) as { Resources: object };
  const own = Object.fromEntries(Object.entries(Resources).filter(([id]) => id.startsWith('Government')));
  expect(own).toMatchSnapshot();
});

test.each(places)('two syncs work %s', (_, make) => {
  const stack = make((scope) => {
    govSync(scope, {}, 'One');
    govSync(scope, {}, 'Other');
  });
  expect(logicalIds(templateOf(stack), 'AWS::StepFunctions::StateMachine')).toHaveLength(2);
});
