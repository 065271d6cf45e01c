import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { DeadLetters, FunctionCode, FunctionConcurrency, type SecureFunctionProps } from '../../src';
import { testStack } from '../synth';
import { secureFunction } from './fixtures';

test.each<[Partial<SecureFunctionProps>, string]>([
  [
    { timeout: Duration.minutes(16) },
    'Test/Grades: invalid timeout Duration.minutes(16): expected whole seconds between 1 second and 15 minutes',
  ],
  [{ timeout: Duration.seconds(0) }, 'expected whole seconds between 1 second and 900 seconds'],
  [{ timeout: Duration.millis(1_500) }, 'expected whole seconds between 1 second and 15 minutes'],
  [{ memorySize: 127 }, 'Test/Grades: invalid memorySize 127: expected a whole number of MiB, from 128 to 10240'],
  [{ memorySize: 10_241 }, 'expected a whole number of MiB'],
  [{ memorySize: 512.5 }, 'expected a whole number of MiB'],
  [
    { environment: { AWS_REGION: 'eu-west-1' } },
    'Test/Grades: invalid environment "AWS_REGION": expected names other than those that Lambda reserves',
  ],
  [{ environment: { 'TABLE-NAME': 'x' } }, 'expected names of letters, digits and _'],
  [{ environment: { T: 'x' } }, 'of at least two characters'],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Grades: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow('],
])('%j is rejected with: %s', (props, message) => {
  expect(() => secureFunction(testStack(), props)).toThrow(message);
});

test.each([0, -1, 1.5, Number.NaN])('a reservation of %d is rejected', (executions) => {
  expect(() => FunctionConcurrency.reserved(executions)).toThrow(
    'expected a whole number, at least 1, because with 0 the function never runs',
  );
});

test.each(['', '  \n'])('an empty reason is rejected: %j', (reason) => {
  expect(() => FunctionConcurrency.unreserved(reason)).toThrow('FunctionConcurrency: invalid reason');
  expect(() => DeadLetters.none(reason)).toThrow('expected a sentence that a reviewer can agree with');
});

test('a missing module is rejected', () => {
  expect(() => FunctionCode.bundle('app/missing.ts')).toThrow(
    'FunctionCode: invalid entry "app/missing.ts": expected the path of a module, best join(__dirname, …)',
  );
});

test('the alarm for dead letters needs a dead-letter queue', () => {
  const { alarms } = secureFunction(testStack(), { deadLetters: DeadLetters.none('It is called synchronously.') });
  expect(() => alarms.deadLetters()).toThrow(
    'Test/Grades: missing deadLetterQueue: expected DeadLetters.queue(), or deadLetterQueueArn of an imported function, for this alarm',
  );
});

test('values that are only known at deployment are accepted', () => {
  const number = Lazy.number({ produce: () => 1_024 });
  const seconds = Duration.seconds(Lazy.number({ produce: () => 20 }));
  const concurrency = FunctionConcurrency.reserved(Lazy.number({ produce: () => 2 }));
  const name = Lazy.string({ produce: () => 'grades' });
  expect(() =>
    secureFunction(testStack(), { memorySize: number, timeout: seconds, concurrency, name, environment: { A_NAME: name } }),
  ).not.toThrow();
});
