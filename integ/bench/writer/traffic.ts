import { createHash } from 'node:crypto';

/** A record as the event source passes it to a function. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue: string; readonly dataType: 'String' | 'Number' }>>;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export const SCHOOLS = 40;
export const MESSAGES = 5_000;
export const BATCH = 50;

/** Distinct visits in full batches, the same in each run. */
export function batches(): SqsRecord[][] {
  const records = Array.from({ length: MESSAGES }, (_, number) => record(number));
  return Array.from({ length: MESSAGES / BATCH }, (_, batch) => records.slice(batch * BATCH, (batch + 1) * BATCH));
}

/** One unmeasured warm-up batch per environment, which opens its connections and compiles its code. */
export function warmUp(host: number): SqsRecord[] {
  return Array.from({ length: BATCH }, (_, number) => record(MESSAGES + host * BATCH + number));
}

function record(number: number): SqsRecord {
  const tenant = `school-${String(number % SCHOOLS).padStart(3, '0')}`;
  const sent = Date.UTC(2026, 9, 1, 10, 30) + number;
  const attribute = (stringValue: string) => ({ stringValue, dataType: 'String' as const });
  const received = String(sent - 20);
  return {
    messageId: uuid(`message-${number}`),
    receiptHandle: `handle-${number}`,
    body: JSON.stringify({ student: `student-${number % 500}`, page: `/lessons/${number % 97}`, at: new Date(sent).toISOString() }),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(sent),
      SenderId: 'AROAEXAMPLE:BackplaneAssumeRoleSession',
      ApproximateFirstReceiveTimestamp: String(sent + 40),
      MessageGroupId: tenant,
    },
    messageAttributes: {
      tenant: attribute(tenant),
      correlationId: attribute(extendedRequestId(`extended-request-${number}`)),
      requestId: attribute(uuid(`request-${number}`)),
      receivedAt: { stringValue: received, dataType: 'Number' },
      idempotencyKey: attribute(uuid(`key-${number}`)),
    },
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:visits',
    awsRegion: 'us-east-1',
  };
}

function extendedRequestId(seed: string): string {
  return `${createHash('sha256').update(seed).digest('base64url').slice(0, 15)}=`;
}

function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
