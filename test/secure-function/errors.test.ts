import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { DeadLetters, FunctionCode, FunctionConcurrency, type SecureFunctionProps } from '../../src';
import { testStack } from '../synth';
import { secureFunction } from './fixtures';

test.each<[Partial<SecureFunctionProps>, string]>([
  [{ timeout: Duration.minutes(16) }, 'Test/Grades: timeout is Duration.minutes(16); it must be whole seconds, from 1 to 900'],
  [{ timeout: Duration.seconds(0) }, 'it must be whole seconds, from 1 to 900'],
  [{ timeout: Duration.millis(1_500) }, 'it must be whole seconds, from 1 to 900'],
  [{ memorySize: 127 }, 'Test/Grades: memorySize is 127; it must be a whole number of MiB, from 128 to 10240'],
  [{ memorySize: 10_241 }, 'it must be a whole number of MiB'],
  [{ memorySize: 512.5 }, 'it must be a whole number of MiB'],
  [
    { environment: { AWS_REGION: 'eu-west-1' } },
    'Test/Grades: environment is "AWS_REGION"; it must have names of its own: Lambda sets this one',
  ],
  [{ environment: { 'TABLE-NAME': 'x' } }, 'it must have names of letters, digits and _'],
  [{ environment: { T: 'x' } }, 'of at least two characters'],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Grades: removalPolicy is "DESTROY"; it must be RETAIN, or a scope above must allow'],
])('%j is rejected with: %s', (props, message) => {
  expect(() => secureFunction(testStack(), props)).toThrow(message);
});

test.each([0, -1, 1.5, Number.NaN])('a reservation of %d is rejected', (executions) => {
  expect(() => FunctionConcurrency.reserved(executions)).toThrow('it must be a whole number, at least 1: with 0 the function never runs');
});

test.each(['', '  \n'])('a reason that says nothing is rejected: %j', (reason) => {
  expect(() => FunctionConcurrency.unreserved(reason)).toThrow('FunctionConcurrency: reason is');
  expect(() => DeadLetters.none(reason)).toThrow('it must be a sentence that a reviewer can agree with');
});

test('a module that is not there is rejected', () => {
  expect(() => FunctionCode.bundle('app/missing.ts')).toThrow(
    'FunctionCode: entry is "app/missing.ts"; it must be the path of a module, best join(__dirname, …)',
  );
});

test('an alarm for dead letters needs a queue of them', () => {
  const { alarms } = secureFunction(testStack(), { deadLetters: DeadLetters.none('It is called synchronously.') });
  expect(() => alarms.deadLetters()).toThrow(
    'Test/Grades: deadLetters is "DeadLetters.none"; it must be DeadLetters.queue() for this alarm',
  );
});

test('values that are known at deployment only pass', () => {
  const number = Lazy.number({ produce: () => 1_024 });
  const seconds = Duration.seconds(Lazy.number({ produce: () => 20 }));
  const concurrency = FunctionConcurrency.reserved(Lazy.number({ produce: () => 2 }));
  const name = Lazy.string({ produce: () => 'grades' });
  expect(() =>
    secureFunction(testStack(), { memorySize: number, timeout: seconds, concurrency, name, environment: { A_NAME: name } }),
  ).not.toThrow();
});
