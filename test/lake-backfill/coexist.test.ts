import { Stack } from 'aws-cdk-lib';
import { dataLake } from '../streaming-data-lake/fixtures';
import { places, templateOf, testApp } from '../synth';
import { lakeBackfill } from './fixtures';

test.each(places)('two backfills with alarms work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Grades', 'Visits']) lakeBackfill(scope, {}, id).alarms.all();
  });
  templateOf(stack).resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
});

test('the lake can be in another stack, which does not depend on the stack of the backfill', () => {
  const app = testApp();
  const lakes = new Stack(app, 'Lakes');
  const backfills = new Stack(app, 'Backfills');
  lakeBackfill(backfills, { lake: dataLake(lakes) });
  app.synth();
  expect(lakes.dependencies).toEqual([]);
  expect(backfills.dependencies).toEqual([lakes]);
});
