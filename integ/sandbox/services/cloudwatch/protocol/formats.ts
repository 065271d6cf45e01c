import { gunzipSync } from 'node:zlib';
import type { Json, JsonObject, ServiceReply, ServiceRequest } from '../../../contracts';
import { type AwsJson, jsonError, jsonInput, jsonOperation, jsonReply } from '../../../protocol/aws-json';
import { readForm } from '../../../protocol/form';
import { QUERY_CODES, queryError, queryReply, senderOf } from '../../../protocol/query';
import { ServiceError } from '../../../protocol/service-error';
import { element, type Xml } from '../../../protocol/xml';
import { CborError, cborObject, encodeCbor, isList, type Output } from './cbor';

/** One of the three protocols of CloudWatch. Newest clients use CBOR, others JSON or the query protocol. */
export interface Format {
  /** The operation and its parameters. @throws ServiceError */
  read(request: ServiceRequest): { readonly operation: string; readonly input: JsonObject };
  reply(operation: string, output: { readonly [key: string]: Output }): ServiceReply;
  error(code: string, message: string, status: number): ServiceReply;
}

const TARGET: AwsJson = { target: 'GraniteServiceVersion20100801', version: '1.0' };
const NAMESPACE = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
const CBOR_PATH = /^\/service\/GraniteServiceVersion20100801\/operation\/(\w+)$/;
const CBOR_HEADERS = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
/** Documented for PutMetricData: a request has up to 1 MB. */
export const LARGEST_BODY = 1024 * 1024;

/** Codes of the query protocol, by those of the other protocols. */
const CODES: Readonly<Record<string, readonly [code: string, status?: number]>> = {
  ...QUERY_CODES,
  InvalidParameterValueException: ['InvalidParameterValue'],
  InvalidParameterCombinationException: ['InvalidParameterCombination'],
  MissingRequiredParameterException: ['MissingParameter'],
};

export function formatOf(request: ServiceRequest): Format {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return cbor;
  return request.headers['x-amz-target'] === undefined ? query : json;
}

const cbor: Format = {
  read(request) {
    const operation = CBOR_PATH.exec(request.url.split('?')[0])?.[1] ?? 'unknown';
    try {
      return { operation, input: cborObject(bodyOf(request)) };
    } catch (error) {
      if (error instanceof CborError) throw new ServiceError('SerializationException', error.message);
      throw error;
    }
  },
  reply: (_operation, output) => ({ status: 200, headers: CBOR_HEADERS, body: encodeCbor(output) }),
  error: (code, message, status) => ({
    ...{ status, error: code, body: encodeCbor({ __type: code, message }) },
    headers: { ...CBOR_HEADERS, 'x-amzn-query-error': queryErrorOf(code, status) },
  }),
};

const json: Format = {
  read: (request) => ({ operation: jsonOperation(TARGET, request) ?? 'unknown', input: jsonInput({ body: bodyOf(request) }) }),
  reply: (_operation, output) => jsonReply(TARGET, plainMembers(output)),
  error(code, message, status) {
    const reply = jsonError(TARGET, code, message, status);
    return { ...reply, headers: { ...reply.headers, 'x-amzn-query-error': queryErrorOf(code, status) } };
  },
};

const query: Format = {
  read(request) {
    const form = readForm({ url: request.url, body: bodyOf(request) });
    const operation = form.get('Action') ?? 'unknown';
    return { operation, input: nestedOf([...form].filter(([name]) => name !== 'Action' && name !== 'Version')) };
  },
  reply: (operation, output) => queryReply(NAMESPACE, operation, operation === 'PutMetricData' ? undefined : elementsOf(output)),
  error(given, message, status) {
    const [code, own = status] = CODES[given] ?? [given];
    return queryError(NAMESPACE, code, message, own);
  },
};

/** @throws ServiceError */
export function bodyOf({ body, headers }: ServiceRequest): Buffer {
  if (headers['content-encoding'] !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_BODY });
  } catch {
    throw new ServiceError('SerializationException', 'The body cannot be decompressed, or is larger than 1 MB');
  }
}

/** Documented: "AWS Query compatible", the code for clients that were written for the query protocol. */
function queryErrorOf(code: string, status: number): string {
  const [own] = CODES[code] ?? [code];
  return `${own};${senderOf(status)}`;
}

/** JSON has times in seconds. */
function plain(value: Output): Json {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null;
  return isList(value) ? value.map(plain) : plainMembers(value);
}

function plainMembers(output: { readonly [key: string]: Output }): JsonObject {
  return Object.fromEntries(Object.entries(output).flatMap(([key, member]) => (member === undefined ? [] : [[key, plain(member)]])));
}

function elementsOf(output: { readonly [key: string]: Output }): Xml[] {
  return Object.entries(output).flatMap(([name, value]) => (value === undefined || value === null ? [] : [elementOf(name, value)]));
}

function elementOf(name: string, value: Output): Xml {
  if (value instanceof Date) return element(name, value.toISOString());
  if (typeof value !== 'object' || value === null) return element(name, String(value ?? ''));
  if (isList(value))
    return element(
      name,
      value.map((member) => elementOf('member', member)),
    );
  return element(name, elementsOf(value));
}

interface Node {
  text?: string;
  readonly members: Map<string, Node>;
}

/** `MetricData.member.1.Dimensions.member.1.Name` becomes lists and objects. */
function nestedOf(parameters: readonly (readonly [name: string, value: string])[]): JsonObject {
  const root: Node = { members: new Map() };
  for (const [name, text] of parameters) {
    let node = root;
    for (const part of name.split('.')) {
      const next = node.members.get(part) ?? { members: new Map() };
      node.members.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return objectFrom(root);
}

function objectFrom({ members }: Node): JsonObject {
  return Object.fromEntries([...members].map(([name, node]) => [name, valueFrom(node)]));
}

function valueFrom(node: Node): Json {
  if (node.members.size === 0) return node.text ?? '';
  const list = node.members.get('member');
  if (list === undefined || node.members.size > 1) return objectFrom(node);
  return [...list.members].sort(([one], [other]) => Number(one) - Number(other)).map(([, member]) => valueFrom(member));
}
