import type { Assembly, Endpoint, Functions, Json, JsonObject } from '../../contracts';
import type { Services } from './integrations/services';
import { TaskFailure } from './run/failure';
import { createSdk } from './sdk/sdk';

export interface RoleServicesOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly functions: Pick<Functions, 'invoke'>;
  report(line: string): void;
}

/** What state machines call, with the permissions of their roles. */
export function createRoleServices({ assembly, endpoint, functions, report }: RoleServicesOptions): {
  of(roleArn: string): Services;
  close(): void;
} {
  const { partition, region, account } = assembly;
  const sdk = createSdk({ region, url: endpoint.url, report });

  async function invoke(roleArn: string, name: string, input: Json) {
    const functionArn = name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${account}:function:${name}`;
    const denied = endpoint.denial({ roleArn }, { action: 'lambda:InvokeFunction', resource: functionArn, context: {} });
    if (denied !== undefined) throw new TaskFailure('Lambda.AWSLambdaException', denied);
    return functions.invoke(functionArn, input).catch((error: Error) => {
      throw new TaskFailure(LAMBDA_ERRORS.includes(error.name) ? `Lambda.${error.name}` : 'Lambda.Unknown', error.message);
    });
  }

  return {
    of: (roleArn) => ({
      region,
      invoke: (name, input) => invoke(roleArn, name, input),
      call: (service, action, parameters) =>
        sdk.call(service, action, parameters, () => endpoint.assumeAsService(roleArn, 'states.amazonaws.com', SESSION)),
      http: async (_parameters: JsonObject) => {
        throw new TaskFailure('States.Runtime', 'http:invoke is not supported by the sandbox');
      },
    }),
    close: () => sdk.close(),
  };
}

const SESSION = 'StepFunctions';
const LAMBDA_ERRORS = ['TooManyRequestsException', 'ResourceNotFoundException'];
