import type { EndpointService, Functions, Invocation, Json, LogSink, ServiceReply, ServiceRequest } from '../../contracts';
import type { FunctionConfiguration } from './configuration';
import { KmsAccessDenied } from './kms-access-denied';
import { TooManyRequests } from './pool';

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations(?:\?|$)/;
const REQUEST_LIMIT = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 };
const LOG_TAIL = 4096;

export interface LambdaServiceOptions {
  readonly functions: Pick<Functions, 'invoke' | 'invokeLater'>;
  readonly logs: LogSink;
  find(nameOrArn: string): FunctionConfiguration | undefined;
  arnOf(nameOrArn: string): string;
}

/** The operation Invoke of Lambda (documented: "Invoke" in the Lambda API reference). */
export function lambdaService({ functions, logs, find, arnOf }: LambdaServiceOptions): EndpointService {
  const nameIn = (request: ServiceRequest) => decodeURIComponent(INVOKE.exec(request.url)?.[1] ?? '');
  return {
    name: 'lambda',
    read(request) {
      const invoke = request.method === 'POST' && INVOKE.test(request.url);
      return {
        operation: invoke ? 'Invoke' : `${request.method} ${request.url}`,
        checks: () =>
          INVOKE.test(request.url) ? [{ action: 'lambda:InvokeFunction', resource: arnOf(nameIn(request)), context: {} }] : [],
        execute: () => (invoke ? execute(request) : notSupported(request)),
      };
    },
    error: (_request, code, message, status) => errorReply(code, message, status),
    denied: (_request, { message }) => errorReply('AccessDeniedException', message, 403),
  };

  async function execute(request: ServiceRequest): Promise<ServiceReply> {
    let target: FunctionConfiguration | undefined;
    try {
      target = find(nameIn(request));
    } catch (error) {
      // The sandbox can't run this function.
      return errorReply('ServiceException', (error as Error).message, 500);
    }
    if (target === undefined) {
      return errorReply('ResourceNotFoundException', `Function not found: ${arnOf(nameIn(request))}`, 404);
    }
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') {
      return { status: 204, headers: {}, body: '' };
    }
    const limit = type === 'Event' ? REQUEST_LIMIT.Event : REQUEST_LIMIT.RequestResponse;
    if (request.body.length > limit) {
      return errorReply('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, 413);
    }
    const event = parse(request.body);
    if (event === undefined) {
      return errorReply('InvalidRequestContentException', 'Could not parse request body into json', 400);
    }
    return type === 'Event' ? later(target.arn, event) : now(target, event, request.headers['x-amz-log-type'] === 'Tail');
  }

  function later(arn: string, event: Json): ServiceReply {
    functions.invokeLater(arn, event);
    return { status: 202, headers: {}, body: '' };
  }

  async function now(target: FunctionConfiguration, event: Json, tail: boolean): Promise<ServiceReply> {
    try {
      const invocation = await functions.invoke(target.arn, event);
      return {
        status: 200,
        headers: {
          'Content-Type': 'application/json',
          'X-Amz-Executed-Version': '$LATEST',
          ...(invocation.functionError === undefined ? {} : { 'X-Amz-Function-Error': invocation.functionError }),
          ...(tail ? { 'X-Amz-Log-Result': logTail(target, invocation) } : {}),
        },
        body: JSON.stringify(invocation.payload),
      };
    } catch (error) {
      if (error instanceof TooManyRequests) {
        return errorReply(error.name, error.message, 429, { Reason: error.reason });
      }
      if (error instanceof KmsAccessDenied) {
        return errorReply(error.name, error.message, 502);
      }
      return errorReply('ServiceException', error instanceof Error ? error.message : String(error), 500);
    }
  }

  function logTail(target: FunctionConfiguration, { requestId }: Invocation): string {
    const lines = logs.lines(target.logGroup);
    const from = lines.findIndex((line) => line.message.includes(requestId));
    const stream = lines[from]?.stream;
    const own = lines.slice(Math.max(0, from)).filter((line) => line.stream === stream);
    const text = Buffer.from(own.map((line) => `${line.message}\n`).join(''));
    return text.subarray(Math.max(0, text.length - LOG_TAIL)).toString('base64');
  }
}

function notSupported({ method, url }: ServiceRequest): ServiceReply {
  return errorReply(
    'InvalidRequestContentException',
    `${method} ${url} is not supported by the sandbox: Invoke is the only operation`,
    400,
  );
}

function parse(body: Buffer): Json | undefined {
  try {
    return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Json);
  } catch {
    return undefined;
  }
}

function errorReply(code: string, message: string, status: number, more: Record<string, string> = {}): ServiceReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'X-Amzn-ErrorType': code },
    error: code,
    body: JSON.stringify({ Type: status >= 500 ? 'Service' : 'User', message, Message: message, ...more }),
  };
}
