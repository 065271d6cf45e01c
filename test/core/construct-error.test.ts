import * as cdk from 'aws-cdk-lib';
import { Errors } from 'aws-cdk-lib';
import { cdkError, errorAt } from '../../src/core/private/base/construct-error';
import { testStack } from '../synth';

test("an error of a construct is the CDK's own, and shows the construct tree", () => {
  const error = errorAt(testStack(), 'Test: something');
  expect(Errors.isValidationError(error)).toBe(true);
  expect(error.message).toBe('Test: something');
  expect(error.stack).toContain('Relates to construct:\n    <.> (aws-cdk-lib.App)\n     └─ Test (aws-cdk-lib.Stack)');
});

test("an error of a value class is the CDK's own, too", () => {
  const error = errorAt('KeyTemplate', 'KeyTemplate: something');
  expect(Errors.isValidationError(error)).toBe(true);
  expect(error.message).toBe('KeyTemplate: something');
});

class Swapped extends Error {
  constructor(_: string, __: string, scope?: unknown) {
    super(String(scope));
  }
}

test.each([
  ['that has none', {}],
  ['that makes another one of the same values', { ValidationError: Swapped, UnscopedValidationError: Swapped }],
  ['whose constructor fails', { ValidationError: cdk.Stage as never, UnscopedValidationError: Number.prototype.toFixed as never }],
])('with a version of the CDK %s, the error is a plain Error', (_, errors) => {
  expect(cdkError(errors, testStack(), 'Test: something')).toBeUndefined();
  expect(cdkError(errors, 'Value', 'Value: something')).toBeUndefined();
});
