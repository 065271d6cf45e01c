import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Message } from '@aws-sdk/client-sqs';
import { NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../kit/observer';
import { headerOf, type RawResponse } from '../../kit/raw-http';
import type { HostileCase } from './cases';

export interface Inspection {
  /** Descriptions of what must not be there. */
  readonly forgeries: string[];
  /** Accepted cases that are missing. */
  readonly missing: number;
  readonly intact: number;
}

/** The attributes that the ingest path sets, and the two that a client may set. */
const ATTRIBUTES = new Set(['tenant', 'correlationId', 'requestId', 'receivedAt', 'idempotencyKey', 'traceparent']);
const CASE = /"student":"case-(\d+)"/;

/**
 * Every answer must be JSON with the outcome of the case, and input that can't be stored unchanged must be rejected. No case has an
 * `Origin` header, so no answer may have CORS headers.
 */
export function inspectAnswers(cases: readonly HostileCase[], answers: ReadonlyMap<number, RawResponse>): string[] {
  return cases.flatMap(({ number, kind, mustBeRejected }) => {
    const answer = answers.get(number);
    if (answer === undefined) return [`case ${number} (${kind}): no answer`];
    const wrong = [
      !isAnswer(answer) && `its answer is ${answer.status} ${answer.body.slice(0, 200)}`,
      answer.status >= 500 && `it was answered with ${answer.status} ${answer.body}`,
      mustBeRejected === true && answer.status !== 400 && `it was answered with ${answer.status}`,
      answer.status === 202 && headerOf(answer, 'Access-Control-Allow-Origin') !== undefined && 'it allows a CORS origin that was not sent',
    ].filter((finding) => finding !== false);
    return wrong.length === 0 ? [] : [`answer to case ${number} (${kind}): ${wrong.join(', ')}`];
  });
}

function isAnswer(answer: RawResponse): boolean {
  const { status, body } = answer;
  // Not an answer of the API: the server could not parse the request.
  if (headerOf(answer, 'x-amzn-RequestId') === undefined && status === 400 && body === '') return true;
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === 'object' && said !== null && (status === 202 ? 'correlationId' in said : 'message' in said);
  } catch {
    return false;
  }
}

/**
 * Every message must be one accepted case, byte for byte, in its sender's message group and with exactly the attributes of the ingest path.
 */
export function inspectMessages(
  accepted: readonly HostileCase[],
  tenantOf: (number: number) => string,
  messages: readonly Message[],
): Inspection {
  const byNumber = new Map(accepted.map((hostile) => [hostile.number, hostile]));
  const forgeries: string[] = [];
  let intact = 0;
  for (const { Body = '', Attributes = {}, MessageAttributes = {} } of messages) {
    const number = Number(CASE.exec(Body)?.[1]);
    const hostile = byNumber.get(number);
    byNumber.delete(number);
    const tenant = tenantOf(number);
    const wrong = [
      hostile === undefined && 'it matches no accepted case',
      hostile !== undefined && String(hostile.body) !== Body && 'its body was altered',
      Attributes.MessageGroupId !== tenant && `its group is ${Attributes.MessageGroupId}`,
      MessageAttributes.tenant?.StringValue !== tenant && `its tenant is ${MessageAttributes.tenant?.StringValue}`,
      Object.keys(MessageAttributes).some((name) => !ATTRIBUTES.has(name)) && `it has attributes ${Object.keys(MessageAttributes)}`,
      hostile !== undefined &&
        !keyIsTheHeader(hostile, MessageAttributes.idempotencyKey?.StringValue) &&
        'its idempotency key differs from the header',
    ].filter((finding) => finding !== false);
    if (wrong.length === 0) intact++;
    else forgeries.push(`message of case ${number} (${hostile?.kind}): ${wrong.join(', ')}`);
  }
  return { forgeries, missing: byNumber.size, intact };
}

/** Every item must be one accepted case in its sender's partition, with the same content. */
export function inspectItems(accepted: readonly HostileCase[], tenantOf: (number: number) => string, items: readonly Item[]): Inspection {
  const byNumber = new Map(accepted.map((hostile) => [hostile.number, hostile]));
  const forgeries: string[] = [];
  let intact = 0;
  for (const { pk, tenant, body } of items) {
    const number = Number(/#STUDENT#case-(\d+)$/.exec(pk.S ?? '')?.[1]);
    const hostile = byNumber.get(number);
    byNumber.delete(number);
    const sender = tenantOf(number);
    const wrong = [
      hostile === undefined && 'it matches no accepted case',
      pk.S !== `${sender}#STUDENT#case-${number}` && `its key is ${pk.S}`,
      tenant.S !== sender && `its tenant is ${tenant.S}`,
      hostile !== undefined && !sameContent(body, String(hostile.body)) && 'its body was altered',
    ].filter((finding) => finding !== false);
    if (wrong.length === 0) intact++;
    else forgeries.push(`item ${pk.S} (${hostile?.kind}): ${wrong.join(', ')}`);
  }
  return { forgeries, missing: byNumber.size, intact };
}

function keyIsTheHeader({ headers }: HostileCase, key: string | undefined): boolean {
  // For a repeated header, API Gateway passes on the last value.
  const values = headers.filter(([name]) => name.toLowerCase() === 'idempotency-key').map(([, value]) => value.trim());
  return values.at(-1) === key;
}

/** A body is stored as a map if DynamoDB can represent it exactly, and as text otherwise. */
function sameContent(stored: AttributeValue, sent: string): boolean {
  return (
    stored.S === sent ||
    (stored.M !== undefined && isDeepStrictEqual(plain(unmarshall(stored.M, { wrapNumbers: true })), plain(JSON.parse(sent))))
  );
}

/** Removes prototypes, so that objects with equal members are equal, and reads numbers as doubles. */
function plain(value: unknown): unknown {
  if (value instanceof NumberValueImpl) return Number(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([name, member]) => [name, plain(member)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
