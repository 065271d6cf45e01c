import type { EndpointService, JsonObject, ServiceReply, ServiceRequest } from '../../contracts';
import { ServiceError } from '../../protocol/service-error';
import type { Consumer } from '../../streams/consumer';
import type { TemplatePipe } from './pipe';

/** A pipe with what an operator may change of it. */
export interface RunningPipe {
  readonly pipe: TemplatePipe;
  readonly consumer: Consumer;
  state: 'RUNNING' | 'STOPPING' | 'STOPPED';
}

type Operation = 'DescribePipe' | 'StartPipe' | 'StopPipe';

/** Documented: "Amazon EventBridge Pipes API Reference". */
const PATH = /^\/v1\/pipes\/([^/?]+)(?:\/(start|stop))?(?:\?|$)/;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Describes, starts and stops the pipes of the assembly. Pipes come from the template only. */
export function pipesService(arnOf: (name: string) => string, find: (name: string) => RunningPipe | undefined): EndpointService {
  return {
    name: 'pipes',
    read(request) {
      const { operation, name } = routed(request);
      return {
        operation,
        checks: () => [{ action: `pipes:${operation}`, resource: arnOf(name), context: {} }],
        execute: () => reply(execute(operation, name)),
      };
    },
    error: (_request, code, message, status) => failure(code, message, status),
    denied: (_request, { message }) => failure('AccessDeniedException', message, 403),
  };

  function execute(operation: Operation, name: string): JsonObject {
    const found = find(name);
    if (found === undefined) throw new ServiceError('NotFoundException', `Pipe ${name} does not exist.`, 404);
    if (operation === 'StartPipe') {
      mustBe(found, 'STOPPED');
      startPipe(found);
    }
    if (operation === 'StopPipe') {
      mustBe(found, 'RUNNING');
      void stopPipe(found);
    }
    return description(found);
  }
}

/** A pipe that stops first ends the batch in progress. */
export async function stopPipe(running: RunningPipe): Promise<void> {
  running.state = 'STOPPING';
  await running.consumer.stop();
  running.state = 'STOPPED';
}

export function startPipe(running: RunningPipe): void {
  running.consumer.start();
  running.state = 'RUNNING';
}

function routed({ method, url }: ServiceRequest): { readonly operation: Operation; readonly name: string } {
  const [, name, action] = PATH.exec(url) ?? [];
  const operation =
    method === 'GET' && action === undefined
      ? 'DescribePipe'
      : method !== 'POST'
        ? undefined
        : action === 'start'
          ? 'StartPipe'
          : 'StopPipe';
  if (name !== undefined && operation !== undefined && (method === 'GET' || action !== undefined)) {
    return { operation, name: decodeURIComponent(name) };
  }
  throw new ServiceError(
    'ValidationException',
    `The sandbox supports DescribePipe, StartPipe and StopPipe of EventBridge Pipes, and not ${method} ${url}`,
  );
}

function mustBe({ pipe, state }: RunningPipe, expected: RunningPipe['state']): void {
  if (state === expected) return;
  throw new ServiceError('ConflictException', `Pipe ${pipe.name} is ${state}: it must be ${expected}.`, 409);
}

function description({ pipe, state }: RunningPipe): JsonObject {
  const { name: Name, arn: Arn, roleArn: RoleArn, sourceArn: Source, target } = pipe;
  return {
    ...{ Arn, Name, RoleArn, Source, Target: target.arn },
    DesiredState: state === 'RUNNING' ? 'RUNNING' : 'STOPPED',
    CurrentState: state,
  };
}

function reply(output: JsonObject): ServiceReply {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(output) };
}

function failure(code: string, message: string, status: number): ServiceReply {
  return { status, headers: { ...JSON_TYPE, 'X-Amzn-ErrorType': code }, body: JSON.stringify({ message }), error: code };
}
