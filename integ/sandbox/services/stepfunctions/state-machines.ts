import { randomUUID } from 'node:crypto';
import type { Assembly, Clock, Endpoint, Functions, Json, JsonObject, Resource } from '../../contracts';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { ServiceError } from '../../protocol/service-error';
import { type Definition, readDefinition } from './definition';
import { execute, TaskFailure } from './execution';
import { NotSupported } from './not-supported';

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

/** What DescribeExecution returns. */
interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startDate: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
}

/** The operations StartExecution and DescribeExecution of Step Functions. */
export async function startStateMachines({
  assembly,
  endpoint,
  functions,
  clock,
  report = () => undefined,
}: StateMachinesOptions): Promise<StateMachines> {
  const stop = new AbortController();
  const executions = new Map<string, { readonly execution: Execution; readonly ended: Promise<void> }>();

  function start(machine: Machine, { stateMachineArn, name = randomUUID(), input = '{}' }: StartExecution): JsonObject {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(executionArn);
    if (known !== undefined && known.execution.input !== input) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const startDate = clock.now() / 1000;
    const execution: Execution = known?.execution ?? { executionArn, stateMachineArn, name, input, startDate, status: 'RUNNING' };
    executions.set(executionArn, known ?? { execution, ended: run(machine, execution) });
    return { executionArn, startDate: execution.startDate };
  }

  /** Never rejects: a failed execution is reported. */
  async function run({ definition, roleArn }: Machine, execution: Execution): Promise<void> {
    const input = JSON.parse(execution.input) as Json;
    try {
      const output = await execute({
        ...{ definition, input, context: contextOf(execution, roleArn, input) },
        now: () => clock.now(),
        sleep: (milliseconds) => clock.sleep(milliseconds, stop.signal),
        task: (functionName, given) => invoke(roleArn, functionName, given),
      });
      Object.assign(execution, { status: 'SUCCEEDED', output: JSON.stringify(output), stopDate: clock.now() / 1000 });
    } catch (error) {
      if (stop.signal.aborted) return;
      report(`${execution.executionArn} failed: ${error instanceof Error ? error.message : String(error)}`);
      const failure = error instanceof TaskFailure ? { error: error.error, cause: error.cause } : {};
      const status = failure.error === 'States.Timeout' ? 'TIMED_OUT' : 'FAILED';
      Object.assign(execution, { status, ...failure, stopDate: clock.now() / 1000 });
    }
  }

  async function invoke(roleArn: string, functionName: string, input: Json): Promise<Json> {
    const { partition, region, account } = assembly;
    const functionArn = functionName.startsWith('arn:')
      ? functionName
      : `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
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

  function describe(executionArn: string): JsonObject {
    const found = executions.get(executionArn);
    if (found === undefined) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return { ...found.execution };
  }

  endpoint.register(
    jsonService({
      ...{ name: 'states', protocol: PROTOCOL },
      read(operation, input) {
        switch (operation) {
          case 'StartExecution': {
            const given = input as unknown as StartExecution;
            return {
              checks: () => [{ action: 'states:StartExecution', resource: given.stateMachineArn, context: {} }],
              execute: () => startExecution(given),
            };
          }
          case 'DescribeExecution': {
            const arn = String(input.executionArn);
            return {
              checks: () => [{ action: 'states:DescribeExecution', resource: arn, context: {} }],
              execute: () => describe(arn),
            };
          }
          default:
            throw new ServiceError(
              'UnknownOperationException',
              `${operation} is not supported by the sandbox: use StartExecution or DescribeExecution`,
            );
        }
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

/** Documented: "Accessing execution data from the Context object in Step Functions". */
function contextOf({ executionArn, stateMachineArn, name, startDate }: Execution, roleArn: string, input: Json): JsonObject {
  return {
    Execution: { Id: executionArn, Input: input, Name: name, RoleArn: roleArn, StartTime: new Date(startDate * 1000).toISOString() },
    StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':').pop() ?? '' },
  };
}

/** @throws with the name of what is not supported */
export function readMachine(assembly: Assembly, resource: Resource): Machine {
  const { DefinitionString, RoleArn } = assembly.properties(resource);
  try {
    return { definition: readDefinition(String(DefinitionString)), roleArn: String(RoleArn) };
  } catch (error) {
    if (!(error instanceof NotSupported)) throw error;
    throw new ServiceError(error.name, `${resource.type}.DefinitionString (${resource.id}): ${error.message}`);
  }
}
