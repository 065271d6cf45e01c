import { randomUUID } from 'node:crypto';
import type { Assembly, Clock, Endpoint, EndpointService, Functions, Json, Resource, ServiceReply } from '../../contracts';
import { type AwsJson, jsonError, jsonInput, jsonOperation, jsonReply } from '../../protocol/aws-json';
import { type Definition, NotSupported, readDefinition } from './definition';
import { execute, TaskFailure } from './execution';

export interface WorkflowsOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly clock: Clock;
  /** How executions ended that failed, for people. */
  say?(line: string): void;
}

/** The state machines of an assembly. */
export interface Workflows {
  /** Stops what is still running. */
  close(): Promise<void>;
}

interface StartExecution {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
}

/** Step Functions at the endpoint, as far as StartExecution of state machines of Lambda tasks. Nothing runs until one is started. */
export async function startWorkflows({
  assembly,
  endpoint,
  functions,
  clock,
  say = () => undefined,
}: WorkflowsOptions): Promise<Workflows> {
  const stop = new AbortController();
  const executions = new Map<string, { readonly input: string; readonly startDate: number; readonly ended: Promise<void> }>();

  function start(machine: Machine, { stateMachineArn, name = randomUUID(), input = '{}' }: StartExecution): ServiceReply {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(executionArn);
    if (known !== undefined && known.input !== input) {
      return failure('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const entry = known ?? { input, startDate: clock.now() / 1000, ended: run(machine, executionArn, JSON.parse(input) as Json) };
    executions.set(executionArn, entry);
    return jsonReply(PROTOCOL, { executionArn, startDate: entry.startDate });
  }

  /** Never rejects: an execution that failed is said, as the console would show it. */
  async function run({ definition, roleArn }: Machine, executionArn: string, input: Json): Promise<void> {
    try {
      await execute({
        ...{ definition, input },
        sleep: (milliseconds) => clock.sleep(milliseconds, stop.signal),
        task: (functionArn, given) => invoke(roleArn, functionArn, given),
      });
    } catch (error) {
      if (!stop.signal.aborted) {
        say(`${executionArn} failed: ${error instanceof Error ? error.message : String(error)}`);
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

  endpoint.register(service(assembly, endpoint, start));
  return {
    async close() {
      stop.abort(new Error('The sandbox is closing'));
      await Promise.all([...executions.values()].map(({ ended }) => ended));
    },
  };
}

const PROTOCOL: AwsJson = { target: 'AWSStepFunctions', version: '1.0' };

function service(
  assembly: Assembly,
  endpoint: Endpoint,
  start: (machine: Machine, request: StartExecution) => ServiceReply,
): EndpointService {
  return {
    name: 'states',
    read(request) {
      const operation = jsonOperation(PROTOCOL, request) ?? 'unknown';
      const given = jsonInput(request) as unknown as StartExecution;
      const known = operation === 'StartExecution';
      return {
        operation,
        checks: () => (known ? [{ action: 'states:StartExecution', resource: given.stateMachineArn, context: {} }] : []),
        execute: () =>
          known ? execution(given) : failure('UnknownOperationException', `${operation} is not supported: only StartExecution is`),
      };
    },
    error: (_request, code, message, status) => failure(code, message, status),
  };

  function execution(given: StartExecution): ServiceReply {
    const machine = assembly
      .ofType('AWS::StepFunctions::StateMachine')
      .find((resource) => assembly.ref(resource) === given.stateMachineArn);
    if (machine === undefined) {
      return failure('StateMachineDoesNotExist', `State Machine Does Not Exist: '${given.stateMachineArn}'`);
    }
    let read: Machine;
    try {
      read = assembly.read(machine, readMachine);
    } catch (error) {
      if (!(error instanceof NotSupported)) throw error;
      return failure(error.name, `AWS::StepFunctions::StateMachine.DefinitionString (${machine.id}): ${error.message}`);
    }
    // Fails when the role's trust policy does not name the service.
    endpoint.assumeAsService(read.roleArn, 'states.amazonaws.com', machine.logicalId.slice(0, 64));
    return start(read, given);
  }
}

/** A state machine of the template. */
interface Machine {
  readonly definition: Definition;
  readonly roleArn: string;
}

function readMachine(assembly: Assembly, resource: Resource): Machine {
  const { DefinitionString, RoleArn } = assembly.properties(resource);
  return { definition: readDefinition(String(DefinitionString)), roleArn: String(RoleArn) };
}

function failure(code: string, message: string, status = 400): ServiceReply {
  return jsonError(PROTOCOL, code, message, status);
}
