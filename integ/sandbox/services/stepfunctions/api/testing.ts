import type { Assembly, Endpoint, EndpointService, JsonObject, Resource, ServiceRequest } from '../../../contracts';
import type { ServiceError } from '../../../protocol/service-error';
import { type Answers, fakeServices, virtualClock } from '../testing';
import { startStateMachines } from '.';

export const machineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:Sync';
export const FN = 'arn:aws:lambda:us-east-1:123456789012:function:F';

/** Step Functions with one state machine, and calls of its API. */
export function started(definition: object, answers: Answers = {}, type = 'STANDARD', folder?: string, clock = virtualClock()) {
  const fake = fakeServices(answers);
  let service: EndpointService | undefined;
  const resource = { id: 'Stack.Sync', logicalId: 'Sync', type: 'AWS::StepFunctions::StateMachine' } as Resource;
  const properties = { DefinitionString: JSON.stringify(definition), RoleArn: 'arn:aws:iam::123456789012:role/R', StateMachineType: type };
  const assembly: Assembly = {
    ...{ ofType: () => [resource], ref: () => machineArn, properties: () => properties },
    read: (one, reader) => reader(assembly, one),
  } as Partial<Assembly> as Assembly;
  const endpoint = {
    register: (registered: EndpointService) => {
      service = registered;
    },
    assumeAsService: () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
  } as unknown as Endpoint;
  const machines = startStateMachines({ assembly, endpoint, clock, services: () => fake.services, folder });
  const requestOf = (operation: string, input: object) =>
    ({
      headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    }) as unknown as ServiceRequest;
  const call = async (operation: string, input: object): Promise<JsonObject> => {
    const request = requestOf(operation, input);
    const registered = service as EndpointService;
    try {
      const { body } = await registered.read(request).execute({ denied: [], faults: [] });
      return JSON.parse(String(body)) as JsonObject;
    } catch (error) {
      return { error: (error as ServiceError).code, message: (error as Error).message };
    }
  };
  const checks = (operation: string, input: object) => (service as EndpointService).read(requestOf(operation, input)).checks();
  const start = (name: string, input: object = {}) =>
    call('StartExecution', { stateMachineArn: machineArn, name, input: JSON.stringify(input) });
  const arn = (name: string) => `${machineArn.replace('stateMachine', 'execution')}:${name}`;
  const ended = async (name: string) => {
    for (;;) {
      const found = await call('DescribeExecution', { executionArn: arn(name) });
      if (found.status !== 'RUNNING') return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { call, checks, start, arn, ended, clock, fake, machines };
}
