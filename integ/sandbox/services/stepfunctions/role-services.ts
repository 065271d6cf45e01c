import type { Assembly, Check, Clock, Connections, Endpoint, Functions, Json } from '../../contracts';
import type { Hosts } from '../../process/hosts';
import { createHttpTasks } from './http/invoke';
import type { Services } from './integrations/services';
import { TaskFailure } from './run/failure';
import { createSdk } from './sdk/sdk';

export interface RoleServicesOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly hosts: Hosts;
  report(line: string): void;
}

/** What state machines call, with the permissions of their roles. */
export function createRoleServices({ assembly, endpoint, functions, clock, connections, hosts, report }: RoleServicesOptions): {
  of(roleArn: string, stateMachineArn: string): Services;
  close(): void;
} {
  const { partition, region, account } = assembly;
  const sdk = createSdk({ region, url: endpoint.url, report });

  const denial = (roleArn: string, check: Check) => endpoint.denial({ roleArn }, check);
  const http = createHttpTasks({ region, clock, connections, hosts, denial });

  async function invoke(roleArn: string, name: string, input: Json) {
    const functionArn = name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${account}:function:${name}`;
    const denied = endpoint.denial({ roleArn }, { action: 'lambda:InvokeFunction', resource: functionArn, context: {} });
    if (denied !== undefined) throw new TaskFailure('Lambda.AWSLambdaException', denied);
    return functions.invoke(functionArn, input).catch((error: Error) => {
      throw new TaskFailure(LAMBDA_ERRORS.includes(error.name) ? `Lambda.${error.name}` : 'Lambda.Unknown', error.message);
    });
  }

  return {
    of: (roleArn, stateMachineArn) => ({
      region,
      denial: (action, resource) => denial(roleArn, { action, resource, context: {} }),
      invoke: (name, input) => invoke(roleArn, name, input),
      call: (service, action, parameters) =>
        sdk.call(service, action, parameters, () => endpoint.assumeAsService(roleArn, 'states.amazonaws.com', SESSION, stateMachineArn)),
      http: (parameters) => http.invoke(parameters, roleArn, stateMachineArn),
    }),
    close: () => sdk.close(),
  };
}

const SESSION = 'StepFunctions';
const LAMBDA_ERRORS = ['TooManyRequestsException', 'ResourceNotFoundException'];
