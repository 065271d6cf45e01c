import type { Assembly, Clock, Endpoint, EndpointService, Invocation, Json, Resource, ServiceRequest } from '../../contracts';
import type { ServiceError } from '../../protocol/service-error';
import { readDefinition } from './definition';
import { startStateMachines } from './state-machines';

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

async function start(definition: object, answer: (name: string, attempt: number) => Json | Error, denied: string[] = []) {
  const machine = { id: 'Stack.Waiter', logicalId: 'Waiter', type: 'AWS::StepFunctions::StateMachine' } as Resource;
  const waits: number[] = [];
  const invoked: { name: string; input: Json }[] = [];
  const problems: string[] = [];
  let service: EndpointService | undefined;
  const assembly = {
    ofType: () => [machine],
    ref: () => machineArn,
    properties: () => ({ DefinitionString: JSON.stringify(definition), RoleArn: 'arn:aws:iam::123456789012:role/Waiter' }),
    read: (resource, reader) => reader(assembly, resource),
  } as Partial<Assembly> as Assembly;
  const machines = await startStateMachines({
    assembly,
    endpoint: {
      register: (registered: EndpointService) => {
        service = registered;
      },
      assumeAsService: () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
      denial: (caller: object, { action, resource }: { action: string; resource: string }) =>
        denied.includes(resource) ? `${JSON.stringify(caller)} may not ${action}` : undefined,
    } as unknown as Endpoint,
    functions: {
      invoke: async (arn, input): Promise<Invocation> => {
        const name = arn.split(':').pop() ?? '';
        invoked.push({ name, input });
        const given = answer(name, invoked.length);
        return given instanceof Error
          ? {
              requestId: 'r',
              functionError: 'Unhandled',
              payload: { errorType: given.name, errorMessage: given.message, trace: [] },
              milliseconds: 1,
            }
          : { requestId: 'r', payload: given, milliseconds: 1 };
      },
    },
    clock: { now: () => 0, sleep: async (milliseconds: number) => void waits.push(milliseconds / 1000) } as unknown as Clock,
    report: (line) => problems.push(line),
  });
  const request = {
    headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
    body: Buffer.from(JSON.stringify({ stateMachineArn: machineArn, name: 'one', input: '{"a":1}' })),
  } as unknown as ServiceRequest;
  const registered = service as EndpointService;
  // Errors have the service's own format, as at the endpoint.
  const inShape = ({ code, message, status }: ServiceError) => registered.error(request, code, message, status);
  const reply = await Promise.resolve(registered.read(request).execute({ denied: [], faults: [] })).catch(inShape);
  // Only the responses of functions are asynchronous in this test.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await machines.close();
  return { reply, waits, invoked, problems, service: registered, request };
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

describe('everything else is rejected by name', () => {
  const task = { Type: 'Task', Resource: functionArn('F'), End: true };
  test.each<[string, object]>([
    ['States.A.Type Wait is not supported: it must be Task', { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, End: true } } }],
    ['States.A.ResultPath is not supported', { StartAt: 'A', States: { A: { ...task, ResultPath: '$.x' } } }],
    [
      'States.A.Resource arn:aws:states:::sns:publish is not supported',
      { StartAt: 'A', States: { A: { ...task, Resource: 'arn:aws:states:::sns:publish' } } },
    ],
    ['the state machine.QueryLanguage is not supported', { StartAt: 'A', QueryLanguage: 'JSONata', States: {} }],
    ['States.framework-isComplete-task.Retry[0].JitterStrategy is not supported', waiter({ JitterStrategy: 'FULL' })],
  ])('%s', (message, definition) => {
    expect(() => readDefinition(JSON.stringify(definition))).toThrow(message);
  });

  test('StartExecution returns InvalidDefinition', async () => {
    const { reply, invoked } = await start({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }, () => null);
    expect(reply).toMatchObject({ status: 400, error: 'InvalidDefinition' });
    expect(invoked).toEqual([]);
  });
});
