import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Message } from '@aws-sdk/client-sqs';
import { NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../kit/observer';
import { headerOf, type RawAnswer } from '../../kit/raw-http';
import type { HostileCase } from './cases';

export interface Inspection {
  /** What must not be there, in words. */
  readonly forgeries: string[];
  /** Accepted cases that are not there. */
  readonly missing: number;
  readonly intact: number;
}

/** The attributes that the path itself sets, and the two that a client may give. */
const ATTRIBUTES = new Set(['tenant', 'correlationId', 'requestId', 'receivedAt', 'idempotencyKey', 'traceparent']);
const CASE = /"student":"case-(\d+)"/;

/**
 * Every answer must be JSON that says what became of the case; what can't be stored as it was sent must be rejected. No case has an `Origin`
 * header, and so no answer is for a page.
 */
export function inspectAnswers(cases: readonly HostileCase[], answers: ReadonlyMap<number, RawAnswer>): string[] {
  return cases.flatMap(({ number, kind, mustBeRejected }) => {
    const answer = answers.get(number);
    if (answer === undefined) return [`case ${number} (${kind}): no answer`];
    const wrong = [
      !isAnswer(answer) && `its answer is ${answer.status} ${answer.body.slice(0, 200)}`,
      answer.status >= 500 && `it was answered with ${answer.status} ${answer.body}`,
      mustBeRejected === true && answer.status !== 400 && `it was answered with ${answer.status}`,
      answer.status === 202 && headerOf(answer, 'Access-Control-Allow-Origin') !== undefined && 'a page may read it that nobody named',
    ].filter((finding) => finding !== false);
    return wrong.length === 0 ? [] : [`answer to case ${number} (${kind}): ${wrong.join(', ')}`];
  });
}

function isAnswer(answer: RawAnswer): boolean {
  const { status, body } = answer;
  // No request of the API's: the server could not read one.
  if (headerOf(answer, 'x-amzn-RequestId') === undefined && status === 400 && body === '') return true;
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === 'object' && said !== null && (status === 202 ? 'correlationId' in said : 'message' in said);
  } catch {
    return false;
  }
}

/** Every message must be one accepted case, byte for byte, in its sender's group, with the path's attributes and no others. */
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
      hostile === undefined && 'no accepted case explains it',
      hostile !== undefined && String(hostile.body) !== Body && 'its body was altered',
      Attributes.MessageGroupId !== tenant && `its group is ${Attributes.MessageGroupId}`,
      MessageAttributes.tenant?.StringValue !== tenant && `its tenant is ${MessageAttributes.tenant?.StringValue}`,
      Object.keys(MessageAttributes).some((name) => !ATTRIBUTES.has(name)) && `it has attributes ${Object.keys(MessageAttributes)}`,
      hostile !== undefined &&
        !keyIsTheHeader(hostile, MessageAttributes.idempotencyKey?.StringValue) &&
        'its idempotency key is not the header’s',
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
      hostile === undefined && 'no accepted case explains it',
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
  // Of a name that is sent twice, API Gateway hands over the last value.
  const values = headers.filter(([name]) => name.toLowerCase() === 'idempotency-key').map(([, value]) => value.trim());
  return values.at(-1) === key;
}

/** A body is kept as a map where DynamoDB can hold it exactly, else as its text. */
function sameContent(stored: AttributeValue, sent: string): boolean {
  return (
    stored.S === sent ||
    (stored.M !== undefined && isDeepStrictEqual(plain(unmarshall(stored.M, { wrapNumbers: true })), plain(JSON.parse(sent))))
  );
}

/** Without prototypes, so that objects are equal when their members are, and with numbers as doubles. */
function plain(value: unknown): unknown {
  if (value instanceof NumberValueImpl) return Number(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([name, member]) => [name, plain(member)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
