import { Aws, Duration, Fn, Lazy, Token } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-events';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Confirmation, Duplicates, GovEndpoint, ResilientGovSync, Transport } from '../../src';
import { templateOf, testStack } from '../synth';
import { connection, endpoint, govSync } from './fixtures';

const token = Token.asString({ Ref: 'Value' });

test.each<[object, string]>([
  [{ url: 'http://api.example/reports' }, 'GovEndpoint: invalid url "http://api.example/reports": expected an https URL'],
  [{ url: 'reports' }, 'GovEndpoint: invalid url "reports": expected a URL: https://api.example.com/reports'],
  [{ url: 'https://10.0.0.1/reports' }, 'expected a URL with the domain name of a host'],
  [{ url: 'https://[::1]/reports' }, 'expected a URL with the domain name of a host'],
  [{ url: 'https://localhost/reports' }, 'expected a URL with the domain name of a host'],
  [{ url: 'https://user:password@api.example/reports' }, 'expected a URL without credentials'],
  [{ url: 'https://api.example/reports#part' }, 'expected a URL without a fragment'],
  [{ url: "https://api.example/it's" }, 'expected a URL without quotes and braces'],
  [{ url: token }, 'expected a URL that is known at synthesis'],
  [{ url: 'https://api.example/{tenant}' }, 'expected a URL without quotes and braces: each report is sent to the same URL'],
  [{ method: HttpMethod.GET }, 'GovEndpoint: invalid method "GET": expected HttpMethod.POST, HttpMethod.PUT or HttpMethod.PATCH'],
  [{ method: 'post' }, 'GovEndpoint: invalid method "post": expected a value of HttpMethod'],
  [{ duplicates: Confirmation.of({ receipt: 'receipt' }) }, 'GovEndpoint: invalid duplicates'],
  [{ confirmation: Duplicates.neither() }, 'GovEndpoint: invalid confirmation'],
  [{ maxPerSecond: 0 }, 'GovEndpoint: invalid maxPerSecond 0: expected a whole number from 1 to 100, known at synthesis'],
  [{ maxPerSecond: 101 }, 'invalid maxPerSecond 101'],
  [{ maxPerSecond: 1.5 }, 'invalid maxPerSecond 1.5'],
  [{ maxPerSecond: Lazy.number({ produce: () => 5 }) }, 'invalid maxPerSecond <token>'],
  [{ transport: {} }, 'GovEndpoint: invalid transport {}: expected Transport.httpTask(…) or Transport.fromFunction(…)'],
])('an endpoint with %j is an error', (props, message) => {
  expect(() => endpoint(testStack(), props)).toThrow(message);
});

test.each<[() => unknown, string]>([
  [() => Duplicates.idempotencyKey({ retainedFor: Duration.hours(1) }), 'Duplicates.idempotencyKey: invalid retainedFor'],
  [() => Duplicates.idempotencyKey({ retainedFor: Duration.hours(1) }), 'expected more than an hour, known at synthesis'],
  [
    () => Duplicates.idempotencyKey({ retainedFor: Duration.days(1), header: 'a b' }),
    'invalid header "a b": expected the name of a header',
  ],
  [() => Duplicates.lookUp({ path: '/reports/{period}', visibleAfter: Duration.minutes(1) }), 'expected a path that begins with a slash'],
  [() => Duplicates.lookUp({ path: 'reports/{tenant}', visibleAfter: Duration.minutes(1) }), 'invalid path "reports/{tenant}"'],
  [() => Duplicates.lookUp({ path: '/{tenant}/{other}', visibleAfter: Duration.minutes(1) }), 'invalid path "/{tenant}/{other}"'],
  [() => Duplicates.lookUp({ path: '/{tenant}/{period}', visibleAfter: Duration.days(8) }), 'expected at most 7 days, known at synthesis'],
  [() => Duplicates.lookUp({ path: '/reports/{tenant}', visibleAfter: Duration.minutes(1) }), 'contains {tenant} and {period}'],
  [() => Duplicates.idempotencyKey({ retainedFor: Duration.days(1), header: 'Authorization' }), 'none that HTTP or the connection sets'],
  [
    () => Duplicates.neither({ notAcceptedStatusCodes: [503, 404] }),
    'Duplicates.neither: invalid notAcceptedStatusCodes 404: expected 408,',
  ],
  [() => Duplicates.neither({ notAcceptedStatusCodes: [503.5] }), 'invalid notAcceptedStatusCodes 503.5: expected 408, 409, or whole'],
  [
    () => Duplicates.neither({ notAcceptedStatusCodes: 503 } as never),
    'invalid notAcceptedStatusCodes 503: expected a list of status codes',
  ],
  [() => Confirmation.of({ receipt: 'a b' }), 'Confirmation: invalid receipt "a b": expected names of fields'],
  [() => Confirmation.of({ receipt: 'receipt', retryable: 'retryable' }), 'expected only together with error'],
  [() => Confirmation.of({} as never), 'Confirmation: missing receipt: expected a value for each required property'],
  [() => Transport.httpTask('arn' as never), 'Transport.httpTask: invalid connection "arn": expected a connection of EventBridge'],
  [() => Transport.fromFunction({} as never), 'Transport.fromFunction: invalid handler {}: expected a Lambda function'],
  [() => GovEndpoint.of({} as never), 'GovEndpoint: missing url, transport, duplicates, confirmation, maxPerSecond'],
])('%s is an error', (make, message) => {
  expect(make).toThrow(message);
});

describe('an imported sync', () => {
  const env = { account: '111122223333', region: 'eu-central-1' };
  const attributes = {
    stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:sync',
    ...{ startFunctionArn: lambda('start'), statusFunctionArn: lambda('status'), resolveFunctionArn: lambda('resolve') },
    ...{ sourceFunctionArn: lambda('source'), deadLetterQueueArn: 'arn:aws:sqs:eu-central-1:111122223333:dead' },
  };
  const imported = (more: object, stack = testStack({ env })) =>
    ResilientGovSync.fromResilientGovSyncAttributes(stack, 'Sync', { ...attributes, ...more });

  function lambda(name: string, region = 'eu-central-1', account = '111122223333') {
    return `arn:aws:lambda:${region}:${account}:function:${name}`;
  }

  test.each(Object.entries(attributes))('%s of another Region or account is an error', (attribute, arn) => {
    const elsewhere = arn.replace('eu-central-1', 'eu-west-1');
    expect(() => imported({ [attribute]: elsewhere })).toThrow(
      `Test/Sync: invalid ${attribute} "${elsewhere}": expected an ARN of eu-central-1, the Region of the stack that imports it`,
    );
    const others = arn.replace('111122223333', '444455556666');
    expect(() => imported({ [attribute]: others })).toThrow(
      `Test/Sync: invalid ${attribute} "${others}": expected an ARN of the account 111122223333, as the stack that imports it`,
    );
    const other = arn.replace(/:(states|lambda|sqs):/, ':sns:');
    expect(() => imported({ [attribute]: other })).toThrow(`Test/Sync: invalid ${attribute} "${other}": expected an ARN of`);
  });

  test('what is no ARN is an error', () => {
    expect(() => imported({ startFunctionArn: 'start' })).toThrow(
      'Test/Sync: invalid startFunctionArn "start": expected an ARN of lambda: arn:aws:lambda:eu-central-1:111122223333:…',
    );
  });

  test('what is known only at deployment is no error', () => {
    const stack = testStack({ env });
    const startFunctionArn = `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:start`;
    expect(() => imported({ startFunctionArn, statusFunctionArn: Fn.importValue('status') }, stack)).not.toThrow();
    expect(() => imported({}, testStack())).not.toThrow();
    // One part that is known is enough.
    expect(() => imported({ startFunctionArn: startFunctionArn.replace(Aws.REGION, 'eu-west-1') }, testStack({ env }))).toThrow(
      'Test/Sync: invalid startFunctionArn <token>: expected an ARN of eu-central-1',
    );
  });
});

test('a function that can run longer than a call is an error', () => {
  const stack = testStack();
  const code = Code.fromInline('exports.handler = async () => ({})');
  const handler = new LambdaFunction(stack, 'Send', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code,
    timeout: Duration.minutes(3),
  });
  expect(() => Transport.fromFunction(handler)).toThrow('Test/Send: invalid timeout Duration.minutes(3): expected at most 120 seconds');
});

test('values that are out of range are reported together, with what would be right', () => {
  const stack = testStack();
  const api = endpoint(stack, { transport: Transport.httpTask(connection(stack)) });
  const values = { maxConcurrency: 41, dueAfter: Duration.hours(36), auditRetention: Duration.days(0), name: 'a name' };
  govSync(stack, { endpoint: api, ...values });
  let message = '';
  try {
    templateOf(stack);
  } catch (error) {
    message = (error as Error).message;
  }
  for (const line of [
    'Test/Government: invalid maxConcurrency 41: expected an integer between 1 and 40, known at synthesis',
    'Test/Government: invalid dueAfter Duration.hours(36): expected whole days, from 6 to 365, known at synthesis: the schedule starts on day 5',
    'Test/Government: invalid auditRetention Duration.days(0): expected whole days, from 1 to 36500, known at synthesis',
    'Test/Government: invalid name "a name": expected 1 to 64 letters, digits, dots, hyphens and underscores',
  ]) {
    expect(message).toContain(line);
  }
});
