import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DataDestruction } from '../../src';
import { dataRemovalPolicy } from '../../src/core/private/base/data-removal-policy';
import { testApp, testStack } from '../synth';

test('data is retained by default, even if destruction is allowed', () => {
  const stack = testStack();
  DataDestruction.allow(stack);
  expect(dataRemovalPolicy(stack, undefined)).toBe(RemovalPolicy.RETAIN);
  expect(dataRemovalPolicy(stack, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)).toBe(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
});

test('data is deleted if both the prop and a scope above allow it', () => {
  const app = testApp();
  DataDestruction.allow(app);
  expect(dataRemovalPolicy(new Stack(app, 'Stack'), RemovalPolicy.DESTROY)).toBe(RemovalPolicy.DESTROY);
});

test('the prop alone is an error', () => {
  const app = testApp();
  DataDestruction.allow(new Stack(app, 'Other'));
  expect(() => dataRemovalPolicy(new Stack(app, 'Stack'), RemovalPolicy.DESTROY)).toThrow(
    'Stack: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow(',
  );
});
