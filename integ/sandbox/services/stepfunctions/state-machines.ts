import { randomUUID } from 'node:crypto';
import type { Assembly, Clock, Endpoint, Functions, Json, JsonObject, Resource } from '../../contracts';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { ServiceError } from '../../protocol/service-error';
import { type Definition, NotSupported, readDefinition } from './definition';
import { execute, TaskFailure } from './execution';

export interface StateMachinesOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly clock: Clock;
  /** Reports executions that failed. */
  report?(line: string): void;
}

/** The state machines of an assembly. */
export interface StateMachines {
  /** Stops what is still running. */
  close(): Promise<void>;
}

interface StartExecution {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
}

/** The operation StartExecution of Step Functions, for state machines of Lambda tasks. */
export async function startStateMachines({
  assembly,
  endpoint,
  functions,
  clock,
  report = () => undefined,
}: StateMachinesOptions): Promise<StateMachines> {
  const stop = new AbortController();
  const executions = new Map<string, { readonly input: string; readonly startDate: number; readonly ended: Promise<void> }>();

  function start(machine: Machine, { stateMachineArn, name = randomUUID(), input = '{}' }: StartExecution): JsonObject {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(executionArn);
    if (known !== undefined && known.input !== input) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const entry = known ?? { input, startDate: clock.now() / 1000, ended: run(machine, executionArn, JSON.parse(input) as Json) };
    executions.set(executionArn, entry);
    return { executionArn, startDate: entry.startDate };
  }

  /** Never rejects: a failed execution is reported. */
  async function run({ definition, roleArn }: Machine, executionArn: string, input: Json): Promise<void> {
    try {
      await execute({
        ...{ definition, input },
        sleep: (milliseconds) => clock.sleep(milliseconds, stop.signal),
        task: (functionArn, given) => invoke(roleArn, functionArn, given),
      });
    } catch (error) {
      if (!stop.signal.aborted) {
        report(`${executionArn} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async function invoke(roleArn: string, functionArn: string, input: Json): Promise<Json> {
    stop.signal.throwIfAborted();
    const denied = endpoint.denial({ roleArn }, { action: 'lambda:InvokeFunction', resource: functionArn, context: {} });
    if (denied !== undefined) {
      throw new TaskFailure('Lambda.AWSLambdaException', denied);
    }
    const invocation = await functions.invoke(functionArn, input).catch((error: Error) => {
      throw new TaskFailure(
        error.name === 'TooManyRequestsException' ? 'Lambda.TooManyRequestsException' : 'Lambda.Unknown',
        error.message,
      );
    });
    if (invocation.functionError !== undefined) {
      const reported = invocation.payload as { errorType?: string };
      throw new TaskFailure(reported.errorType ?? 'Lambda.Unknown', JSON.stringify(reported));
    }
    return invocation.payload;
  }

  function startExecution(given: StartExecution): JsonObject {
    const machine = assembly
      .ofType('AWS::StepFunctions::StateMachine')
      .find((resource) => assembly.ref(resource) === given.stateMachineArn);
    if (machine === undefined) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${given.stateMachineArn}'`);
    }
    const read = assembly.read(machine, readMachine);
    // Throws if the role's trust policy does not allow the service.
    endpoint.assumeAsService(read.roleArn, 'states.amazonaws.com', machine.logicalId.slice(0, 64));
    return start(read, given);
  }

  endpoint.register(
    jsonService({
      ...{ name: 'states', protocol: PROTOCOL },
      read(operation, input) {
        if (operation !== 'StartExecution') {
          throw new ServiceError(
            'UnknownOperationException',
            `${operation} is not supported by the sandbox: StartExecution is the only operation`,
          );
        }
        const given = input as unknown as StartExecution;
        return {
          checks: () => [{ action: 'states:StartExecution', resource: given.stateMachineArn, context: {} }],
          execute: () => startExecution(given),
        };
      },
    }),
  );
  return {
    async close() {
      stop.abort(new Error('The sandbox is closing'));
      await Promise.all([...executions.values()].map(({ ended }) => ended));
    },
  };
}

const PROTOCOL: AwsJson = { target: 'AWSStepFunctions', version: '1.0' };

/** A state machine of the template. */
interface Machine {
  readonly definition: Definition;
  readonly roleArn: string;
}

function readMachine(assembly: Assembly, resource: Resource): Machine {
  const { DefinitionString, RoleArn } = assembly.properties(resource);
  try {
    return { definition: readDefinition(String(DefinitionString)), roleArn: String(RoleArn) };
  } catch (error) {
    if (!(error instanceof NotSupported)) throw error;
    throw new ServiceError(error.name, `${resource.type}.DefinitionString (${resource.id}): ${error.message}`);
  }
}
