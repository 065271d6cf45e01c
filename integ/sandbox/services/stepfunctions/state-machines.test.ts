import type { Assembly, Endpoint, EndpointService, Invocation, Json, JsonObject, Resource, ServiceRequest } from '../../contracts';
import type { ServiceError } from '../../protocol/service-error';
import { startStateMachines } from './api';
import { readDefinition } from './definition/definition';
import { createRoleServices } from './role-services';
import { virtualClock } from './testing';

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const machineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:Waiter';

/** The state machine that waitForAssertions of the CDK's integration tests creates. */
const waiter = (retry: object = {}) => ({
  StartAt: 'framework-isComplete-task',
  States: {
    'framework-isComplete-task': {
      End: true,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2, ...retry }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'framework-onTimeout-task' }],
      Type: 'Task',
      Resource: functionArn('IsComplete'),
    },
    'framework-onTimeout-task': { End: true, Type: 'Task', Resource: functionArn('OnTimeout') },
  },
});

async function start(
  definition: object,
  answer: (name: string, attempt: number, input: Json) => Json | Error,
  denied: string[] = [],
  executionInput: Json = { a: 1 },
) {
  const machine = { id: 'Stack.Waiter', logicalId: 'Waiter', type: 'AWS::StepFunctions::StateMachine' } as Resource;
  const clock = virtualClock();
  const invoked: { name: string; input: Json }[] = [];
  const problems: string[] = [];
  let service: EndpointService | undefined;
  const assembly = {
    ofType: () => [machine],
    ref: () => machineArn,
    properties: () => ({ DefinitionString: JSON.stringify(definition), RoleArn: 'arn:aws:iam::123456789012:role/Waiter' }),
    read: (resource, reader) => reader(assembly, resource),
  } as Partial<Assembly> as Assembly;
  const endpoint = {
    register: (registered: EndpointService) => {
      service = registered;
    },
    assumeAsService: () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    denial: (caller: object, { action, resource }: { action: string; resource: string }) =>
      denied.includes(resource) ? `${JSON.stringify(caller)} may not ${action}` : undefined,
  } as unknown as Endpoint;
  const functions = {
    invoke: async (arn: string, input: Json): Promise<Invocation> => {
      const name = arn.split(':').pop() ?? '';
      invoked.push({ name, input });
      const given = answer(name, invoked.length, input);
      return given instanceof Error
        ? {
            requestId: 'r',
            functionError: 'Unhandled',
            payload: { errorType: given.name, errorMessage: given.message, trace: [] },
            milliseconds: 1,
          }
        : { requestId: 'r', payload: given, milliseconds: 1 };
    },
  };
  const report = (line: string) => problems.push(line);
  const services = createRoleServices({
    assembly,
    endpoint,
    functions,
    clock,
    connections: { find: async () => undefined },
    hosts: new Map(),
    report,
  });
  const machines = startStateMachines({ assembly, endpoint, clock, services: services.of, report });
  const request = {
    headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
    body: Buffer.from(JSON.stringify({ stateMachineArn: machineArn, name: 'one', input: JSON.stringify(executionInput) })),
  } as unknown as ServiceRequest;
  const registered = service as EndpointService;
  // Errors have the service's own format, as at the endpoint.
  const inShape = ({ code, message, status }: ServiceError) => registered.error(request, code, message, status);
  const reply = await Promise.resolve(registered.read(request).execute({ denied: [], faults: [] })).catch(inShape);
  const executionArn = machineArn.replace(':stateMachine:', ':execution:');
  const describe = {
    headers: { 'x-amz-target': 'AWSStepFunctions.DescribeExecution' },
    body: Buffer.from(JSON.stringify({ executionArn: `${executionArn}:one` })),
  } as unknown as ServiceRequest;
  const describeOnce = () => Promise.resolve(registered.read(describe).execute({ denied: [], faults: [] })).catch(inShape);
  let described = await describeOnce();
  while (JSON.parse(String(described.body)).status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 5));
    described = await describeOnce();
  }
  await machines.close();
  return {
    described: JSON.parse(String(described.body)) as JsonObject,
    reply,
    waits: clock.waits,
    invoked,
    problems,
    service: registered,
    request,
  };
}

describe('the state machine of waitForAssertions (documented: "Handling errors in Step Functions workflows")', () => {
  test('requires states:StartExecution on itself, and returns the execution', async () => {
    const { service, request, reply } = await start(waiter(), () => null);
    expect(service.read(request).checks()).toEqual([{ action: 'states:StartExecution', resource: machineArn, context: {} }]);
    expect(JSON.parse(String(reply.body))).toEqual({
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:Waiter:one',
      startDate: 0,
    });
  });

  test('retries with its interval and backoff until the task succeeds', async () => {
    const { waits, invoked } = await start(waiter(), (_name, attempt) => (attempt < 3 ? new Error('not yet') : null));
    expect(waits).toEqual([5, 10]);
    expect(invoked).toEqual([1, 2, 3].map(() => ({ name: 'IsComplete', input: { a: 1 } })));
  });

  test('passes the last error to the task that catches it', async () => {
    const { waits, invoked } = await start(waiter(), (name) => (name === 'IsComplete' ? new RangeError('never') : null));
    expect(waits).toEqual([5, 10, 20]);
    expect(invoked.at(-1)).toEqual({
      name: 'OnTimeout',
      input: { Error: 'RangeError', Cause: '{"errorType":"RangeError","errorMessage":"never","trace":[]}' },
    });
  });

  test('does not invoke a function that its role may not invoke', async () => {
    const { invoked, problems } = await start(waiter(), () => null, [functionArn('IsComplete'), functionArn('OnTimeout')]);
    expect(invoked).toEqual([]);
    expect(problems).toEqual([
      expect.stringContaining('{"roleArn":"arn:aws:iam::123456789012:role/Waiter"} may not lambda:InvokeFunction'),
    ]);
  });
});

/** The job poller that the CDK synthesizes from LambdaInvoke, Wait and Choice. */
const poller = {
  StartAt: 'Start',
  TimeoutSeconds: 300,
  States: {
    Start: { ...invokes('Submit'), OutputPath: '$.Payload', Next: 'Wait' },
    Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Ask' },
    Ask: { ...invokes('Status'), OutputPath: '$.Payload', Next: 'Done?' },
    'Done?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.status', StringEquals: 'FAILED', Next: 'Failed' },
        { Variable: '$.status', StringEquals: 'SUCCEEDED', Next: 'Done' },
      ],
      Default: 'Wait',
    },
    Failed: { Type: 'Fail', Error: 'JobFailed', Cause: 'The job reported an error' },
    Done: { Type: 'Succeed' },
  },
};

function invokes(name: string): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: functionArn(name), 'Payload.$': '$' },
    Retry: [{ ErrorEquals: ['Lambda.ServiceException'], IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 }],
  };
}

describe('states of an app', () => {
  test('tasks, waits and choices run in their order, and the execution has the output of the last state', async () => {
    const { described, waits, invoked } = await start(poller, (name, attempt) =>
      name === 'Submit' ? { status: 'RUNNING', seconds: 20 } : { status: attempt < 3 ? 'RUNNING' : 'SUCCEEDED', seconds: 40 },
    );
    expect(invoked.map(({ name }) => name)).toEqual(['Submit', 'Status', 'Status']);
    expect(waits).toEqual([20, 40]);
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '{"status":"SUCCEEDED","seconds":40}', startDate: 0, stopDate: 60 });
  });

  test('a Fail state ends the execution with its error', async () => {
    const { described } = await start(poller, (name) => ({ status: name === 'Submit' ? 'RUNNING' : 'FAILED', seconds: 1 }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'JobFailed', cause: 'The job reported an error' });
  });

  test('an execution that takes longer than TimeoutSeconds times out', async () => {
    const { described, waits } = await start(poller, () => ({ status: 'RUNNING', seconds: 200 }));
    expect([described.status, described.error, waits]).toEqual(['TIMED_OUT', 'States.Timeout', [200, 100]]);
  });

  test('a path that is not in the data fails the state, which States.ALL does not catch', async () => {
    const States = {
      A: { ...invokes('F'), InputPath: '$.order', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], End: true },
      B: { Type: 'Pass', End: true },
    };
    const { described, invoked } = await start({ StartAt: 'A', States }, () => null);
    expect([described.status, described.error, invoked]).toEqual(['FAILED', 'States.Runtime', []]);
  });

  test.each<[string, object, Json, Json]>([
    ['InputPath and OutputPath', { InputPath: '$.order', OutputPath: '$.items[1]' }, { order: { items: ['a', 'b'] } }, 'b'],
    ['InputPath null', { InputPath: null }, { a: 1 }, {}],
    ['OutputPath null', { OutputPath: null }, { a: 1 }, {}],
    ['Result and ResultPath', { Result: { total: 3 }, ResultPath: '$.sums.first' }, { a: 1 }, { a: 1, sums: { first: { total: 3 } } }],
    ['ResultPath null', { Result: 3, ResultPath: null }, { a: 1 }, { a: 1 }],
    [
      'Parameters',
      { Parameters: { 'id.$': '$.a', list: [{ 'name.$': '$$.Execution.Name' }], fixed: true } },
      { a: 1 },
      { id: 1, list: [{ name: 'one' }], fixed: true },
    ],
    ['a path with quotes', { InputPath: "$['a b'].c" }, { 'a b': { c: null } }, null],
  ])('data flow: %s', async (_title, fields, input, output) => {
    const { described } = await start({ StartAt: 'A', States: { A: { Type: 'Pass', ...fields, End: true } } }, () => null, [], input);
    expect(JSON.parse(String(described.output))).toEqual(output);
  });

  test('ResultSelector and ResultPath of a task, and ResultPath of a Catch', async () => {
    const States = {
      A: { ...invokes('F'), ResultSelector: { 'code.$': '$.StatusCode' }, ResultPath: '$.called', Next: 'B' },
      B: { ...invokes('G'), Catch: [{ ErrorEquals: ['RangeError'], ResultPath: '$.failure', Next: 'C' }], Next: 'C' },
      C: { Type: 'Pass', Parameters: { 'code.$': '$.called.code', 'error.$': '$.failure.Error' }, End: true },
    };
    const { described } = await start({ StartAt: 'A', States }, (name) => (name === 'F' ? { x: 1 } : new RangeError('never')));
    expect(described.output).toBe('{"code":200,"error":"RangeError"}');
  });

  test.each<[object, Json, boolean]>([
    [{ Variable: '$.n', NumericGreaterThan: 3 }, { n: 4 }, true],
    [{ Variable: '$.n', NumericGreaterThan: 3 }, { n: '4' }, false],
    [{ Variable: '$.n', NumericLessThanEqualsPath: '$.m' }, { n: 4, m: 4 }, true],
    [{ Variable: '$.s', StringMatches: 'log-*.txt' }, { s: 'log-1.txt' }, true],
    [{ Variable: '$.b', BooleanEquals: false }, { b: false }, true],
    [{ Variable: '$.t', TimestampLessThan: '2026-01-02T00:00:00Z' }, { t: '2026-01-01T23:00:00-02:00' }, false],
    [{ Variable: '$.x', IsPresent: false }, {}, true],
    [{ Variable: '$.x', IsNull: true }, { x: null }, true],
    [{ And: [{ Variable: '$.a', IsNumeric: true }, { Not: { Variable: '$.a', NumericEquals: 2 } }] }, { a: 1 }, true],
    [
      {
        Or: [
          { Variable: '$.a', IsString: true },
          { Variable: '$.a', NumericEquals: 2 },
        ],
      },
      { a: 1 },
      false,
    ],
  ])('choice rule %j of %j holds: %s', async (rule, input, holds) => {
    const States = {
      A: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: true, End: true },
      No: { Type: 'Pass', Result: false, End: true },
    };
    const { described } = await start({ StartAt: 'A', States }, () => null, [], input);
    expect(described.output).toBe(String(holds));
  });
});

describe('everything else is rejected by name', () => {
  const task = { Type: 'Task', Resource: functionArn('F'), End: true };
  test.each<[string, object]>([
    ['States.A.Type Activity is not supported: use Task, Pass', { StartAt: 'A', States: { A: { Type: 'Activity', End: true } } }],
    ['States.A.Credentials is not supported', { StartAt: 'A', States: { A: { ...task, Credentials: {} } } }],
    [
      'States.A.Parameters.id.$ States.Now() is not supported: use one of',
      { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'id.$': 'States.Now()' }, End: true } } },
    ],
    ['States.A.ResultPath $.orders[*] is not supported', { StartAt: 'A', States: { A: { ...task, ResultPath: '$.orders[*]' } } }],
    [
      'States.A.Choices[0].StringLike is not supported',
      { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [{ Variable: '$.a', StringLike: 'x', Next: 'A' }] } } },
    ],
    ['The definition has no state B', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }],
    [
      'States.A.Resource arn:aws:states:::sns:publish is not supported',
      { StartAt: 'A', States: { A: { ...task, Resource: 'arn:aws:states:::sns:publish' } } },
    ],
    ['the state machine.QueryLanguage is not supported', { StartAt: 'A', QueryLanguage: 'XPath', States: {} }],
    ['States.framework-isComplete-task.Retry[0].Jitter is not supported', waiter({ Jitter: 'FULL' })],
  ])('%s', (message, definition) => {
    expect(() => readDefinition(JSON.stringify(definition))).toThrow(message);
  });

  test('StartExecution returns InvalidDefinition', async () => {
    const { reply, invoked } = await start({ StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [], End: true } } }, () => null);
    expect(reply).toMatchObject({ status: 400, error: 'InvalidDefinition' });
    expect(invoked).toEqual([]);
  });
});
