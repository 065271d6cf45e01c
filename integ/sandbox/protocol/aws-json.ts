import type { Denial, EndpointService, Engine, JsonObject, ServiceCall, ServiceReply, ServiceRequest } from '../contracts';
import { asObject } from './json';
import { ServiceError } from './service-error';
import { createUpstream, scopeOf } from './upstream';

/** A service's AWS JSON protocol: the prefix of `X-Amz-Target`, and the version in its content type. */
export interface AwsJson {
  /** `DynamoDB_20120810` */
  readonly target: string;
  readonly version: '1.0' | '1.1';
}

export const contentType = ({ version }: AwsJson) => `application/x-amz-json-${version}`;

/** The operation of a request; undefined if the request uses another protocol. */
export function jsonOperation({ target }: AwsJson, { headers }: Pick<ServiceRequest, 'headers'>): string | undefined {
  const [service, operation, ...more] = (headers['x-amz-target'] ?? '').split('.');
  return service === target && more.length === 0 && /^\w+$/.test(operation) ? operation : undefined;
}

/** The input of a request. @throws ServiceError if its body is not a JSON object */
export function jsonInput({ body }: Pick<ServiceRequest, 'body'>): JsonObject {
  const input = asObject(body.toString() || '{}');
  if (input !== undefined) return input;
  throw new ServiceError('SerializationException', 'Start of structure or map found where not expected.');
}

export function jsonReply(protocol: AwsJson, output: JsonObject): ServiceReply {
  return { status: 200, headers: { 'content-type': contentType(protocol) }, body: JSON.stringify(output) };
}

/** @param member the name of the message, which is `Message` in some services; an empty message is omitted */
export function jsonError(
  protocol: AwsJson,
  code: string,
  message: string,
  status: number,
  member: 'message' | 'Message' = 'message',
): ServiceReply {
  const body = JSON.stringify({ __type: code, ...(message === '' ? {} : { [member]: message }) });
  return { status, headers: { 'content-type': contentType(protocol) }, body, error: code };
}

/** A service with this protocol. */
export interface JsonService {
  readonly name: string;
  readonly protocol: AwsJson;
  /** The name of the message in errors. @default 'message' */
  readonly member?: 'message' | 'Message';
  /** Operations that need no signature. */
  readonly unsigned?: readonly string[];
  /** Reads a request once. The operation is `unknown` if the request has none. */
  read(operation: string, input: JsonObject): Pick<ServiceCall, 'checks'> & { execute(): JsonObject | Promise<JsonObject> };
  /** The message for a denied permission, if it differs from that of IAM. */
  deniedMessage?(denial: Denial): string;
}

/** A service with this protocol at the endpoint. */
export function jsonService({ name, protocol, member, unsigned = [], read, deniedMessage }: JsonService): EndpointService {
  const operationOf = (request: ServiceRequest) => jsonOperation(protocol, request) ?? 'unknown';
  return {
    name,
    unsigned: (request) => unsigned.includes(operationOf(request)),
    read(request) {
      const operation = operationOf(request);
      const { checks, execute } = read(operation, jsonInput(request));
      return { operation, checks, execute: async () => jsonReply(protocol, await execute()) };
    },
    error: (_request, code, message, status) => jsonError(protocol, code, message, status, member),
    denied: (_request, denial) => jsonError(protocol, 'AccessDeniedException', deniedMessage?.(denial) ?? denial.message, 400, member),
  };
}

/** An engine with a service's JSON protocol. */
export interface JsonEngine {
  /** @throws ServiceError with the engine's code, message and status */
  call(operation: string, input: JsonObject): Promise<JsonObject>;
  close(): void;
}

/** @param service the name in the credential scope */
export function jsonEngine(engine: Engine, service: string, protocol: AwsJson, owner: { account: string; region: string }): JsonEngine {
  const upstream = createUpstream(engine.name, engine.url);
  const authorization = scopeOf(service, owner.account, owner.region);
  return {
    async call(operation, input) {
      const headers = { 'content-type': contentType(protocol), 'x-amz-target': `${protocol.target}.${operation}`, authorization };
      const { status, body } = await upstream.send('/', headers, JSON.stringify(input));
      const output = JSON.parse(body.toString() || '{}') as JsonObject;
      if (status === 200) return output;
      throw new ServiceError(String(output.__type).replace(/^.*#/, ''), String(output.message ?? output.Message ?? ''), status);
    },
    close: () => upstream.close(),
  };
}
