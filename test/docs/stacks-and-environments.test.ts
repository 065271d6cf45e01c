import { readFileSync } from 'node:fs';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { testApp } from '../synth';
import { warnings } from '../warnings';
import { environments, platform } from './stacks-and-environments';

const ORDER = ['Foundation', 'People', 'Evaluations', 'Entry', 'Operations'];

/** The app, synthesized: a cycle would be an error. */
function made(make: (app: App) => void): { readonly app: App; readonly stacks: Stack[] } {
  const app = testApp();
  make(app);
  app.synth();
  return { app, stacks: app.node.findAll().filter((construct) => Stack.isStack(construct)) };
}

test('each of the five stacks refers only to those before it', () => {
  const { stacks } = made(platform);
  expect(stacks.map(({ node }) => node.id)).toEqual(ORDER);
  for (const stack of stacks) {
    const before = ORDER.slice(0, ORDER.indexOf(stack.node.id));
    expect(before).toEqual(expect.arrayContaining(stack.dependencies.map(({ node }) => node.id)));
  }
  expect(stacks[4].dependencies.map(({ node }) => node.id)).toEqual(expect.arrayContaining(['Evaluations', 'Entry']));
  // The CDK's own, about the strength of references, is for the app to decide.
  expect(warnings(stacks[0]).filter((text) => !text.includes('@aws-cdk/core:crossStackReferences'))).toEqual([]);
});

test('there is one key, in the first stack, and each alarm notifies a topic there', () => {
  const { stacks } = made(platform);
  expect(stacks.map((stack) => Object.keys(Template.fromStack(stack).findResources('AWS::KMS::Key')).length)).toEqual([1, 0, 0, 0, 0]);
  const alarms = stacks.flatMap((stack) => Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')));
  expect(alarms.length).toBeGreaterThan(10);
  for (const { Properties } of alarms) expect(JSON.stringify(Properties.AlarmActions)).toContain('Foundation:');
});

test('two environments have separate keys, and only one deletes data', () => {
  const { stacks } = made(environments);
  expect(stacks).toHaveLength(10);
  for (const stack of stacks) {
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::Table')).map(
      ({ DeletionPolicy }) => DeletionPolicy,
    );
    expect([...new Set(policies)]).toEqual(policies.length === 0 ? [] : [stack.node.path.startsWith('Dev') ? 'Delete' : 'Retain']);
  }
  const keys = stacks.filter((stack) => Object.keys(Template.fromStack(stack).findResources('AWS::KMS::Key')).length > 0);
  expect(keys.map(({ node }) => node.path)).toEqual(['Prod/Foundation', 'Dev/Foundation']);
});

test('a topic in the last stack, which shows a metric, would be a cycle', () => {
  const wrong = (app: App) => {
    const [first, last] = [new Stack(app, 'First'), new Stack(app, 'Last')];
    const path = ingestPath(first);
    const topic = new Topic(last, 'Topic', { displayName: path.queue.queueName });
    path.alarms.deadLetters({ actions: [new SnsAction(topic)] });
  };
  expect(() => made(wrong)).toThrow(/[Cc]ycl/);
});

describe('the page', () => {
  const page = readFileSync('docs/stacks-and-environments.md', 'utf8');
  const source = readFileSync('test/docs/stacks-and-environments.ts', 'utf8');

  test('has the code as it is compiled and synthesized here', () => {
    expect(page).toContain(`\`\`\`ts\n${source.replace("'../../src'", "'cdk-andamio'")}\`\`\`\n`);
  });

  test('has each stack of the code in its table', () => {
    for (const name of ORDER) expect(page).toContain(`\`${name}\``);
  });
});
