import { dirname, resolve } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { globSync } from 'glob';
import { LogRetention } from '../../src';
import { environments } from '../docs/stacks-and-environments';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testApp, testStack } from '../synth';

/** The days of each log group of a template, each once. */
function daysIn(template: Template): unknown[] {
  const groups = Object.values(template.findResources('AWS::Logs::LogGroup'));
  return [...new Set(groups.map(({ Properties }) => Properties.RetentionInDays))];
}

const WITH_LOGS = ['buffered-ingest-path', 'secure-function', 'tenant-isolated-api', 'tenant-user-pool'];

const constructs = globSync('test/*/apps.ts', { cwd: resolve(__dirname, '..', '..'), absolute: true }).map((file) => ({
  name: dirname(file).split('/').at(-1) ?? '',
  apps: require(file) as Readonly<Record<'minimal' | 'maximal', (stack: Stack) => void>>,
}));

describe('LogRetention.set', () => {
  test.each(constructs)('applies to each log group of $name', ({ name, apps }) => {
    for (const make of [apps.minimal, apps.maximal]) {
      const stack = testStack();
      LogRetention.set(stack, RetentionDays.TWO_WEEKS);
      make(stack);
      const days = daysIn(templateOf(stack));
      expect(days).toEqual(days.length === 0 && !WITH_LOGS.includes(name) ? [] : [14]);
    }
  });

  test('keeps the logs of development for a week and those of production for a year', () => {
    const app = testApp();
    environments(app);
    app.synth();
    for (const [stage, days] of [
      ['Dev', 7],
      ['Prod', 365],
    ] as const) {
      const stacks = app.node.findChild(stage).node.children.filter((child) => Stack.isStack(child));
      const found = stacks.flatMap((stack) => daysIn(Template.fromStack(stack)));
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect([...new Set(found)]).toEqual([days]);
    }
  });

  test('applies below its scope, unless a nearer scope or a prop overrides it', () => {
    const app = testApp();
    const stack = new Stack(app, 'Stack');
    LogRetention.set(app, RetentionDays.ONE_YEAR);
    const part = new Construct(stack, 'Part');
    LogRetention.set(part, RetentionDays.ONE_DAY);
    expect([LogRetention.of(stack), LogRetention.of(new Construct(part, 'Below'))]).toEqual([365, 1]);
    secureFunction(part, { logRetention: RetentionDays.THREE_DAYS });
    expect(daysIn(templateOf(stack))).toEqual([3]);
  });

  test('is undefined if no scope has one, and constructs use their defaults', () => {
    const stack = testStack();
    expect(LogRetention.of(stack)).toBeUndefined();
    secureFunction(stack);
    expect(daysIn(templateOf(stack))).toEqual([30]);
  });

  test('is an error after a construct below has read it, and when called twice', () => {
    const stage = new Stage(testApp(), 'Stage');
    secureFunction(new Stack(stage, 'Stack'));
    expect(() => LogRetention.set(stage, RetentionDays.ONE_DAY)).toThrow(
      'Stage: invalid LogRetention.set 1: expected a call before Stage/Stack/Grades reads it',
    );
    const app = testApp();
    LogRetention.set(app, RetentionDays.ONE_DAY);
    expect(() => LogRetention.set(app, RetentionDays.ONE_WEEK)).toThrow('invalid LogRetention.set 7: expected one call per scope');
  });

  test('is an error for a number of days that CloudWatch Logs does not support, on a scope and as a prop', () => {
    const stack = testStack();
    expect(() => LogRetention.set(stack, 8 as RetentionDays)).toThrow(
      'Test: invalid LogRetention.set 8: expected a value of RetentionDays, because CloudWatch Logs supports only those periods',
    );
    expect(() => secureFunction(stack, { logRetention: 8 as RetentionDays })).toThrow(
      'Test/Grades: invalid logRetention 8: expected a value of RetentionDays',
    );
  });
});
