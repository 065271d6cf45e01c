import type { Destination, SqsRecord } from '../../src/buffered-ingest-path/lambda/message';
import type { Statement, StatementAnswer, WriterDependencies } from '../../src/buffered-ingest-path/lambda/write-items';

export const destination: Destination = {
  tableName: 'visits',
  partitionKey: 'pk',
  sortKey: 'sk',
  templates: { pk: '{tenant}#STUDENT#{body.student}', sk: 'VISIT#{idempotencyKey}' },
  timeToLive: { attribute: 'expiresAt', seconds: 86_400 },
};

let count = 0;

/** A record as API Gateway's template creates it. */
export function record(body: unknown, attributes: Record<string, string | undefined> = {}, messageId = `message-${count++}`): SqsRecord {
  const all = { tenant: 'school-1', correlationId: `request-${messageId}`, receivedAt: '1790000000000', ...attributes };
  return {
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { SentTimestamp: '1790000000250' },
    messageAttributes: Object.fromEntries(
      Object.entries(all).flatMap(([name, stringValue]) => (stringValue === undefined ? [] : [[name, { stringValue }]])),
    ),
  };
}

/** A visit with its own idempotency key. */
export const visit = (key: string, attributes: Record<string, string | undefined> = {}): SqsRecord =>
  record({ student: 's-1' }, { idempotencyKey: key, ...attributes }, key);

type Answer = StatementAnswer[] | Error;

/** A table with a clock that only advances when something waits, and with responses that a test can set. */
export class FakeDependencies implements WriterDependencies {
  readonly stored = new Map<string, Statement>();
  readonly calls: Statement[][] = [];
  readonly pauses: number[] = [];
  time = 1_790_000_001_000;
  mostAtOnce = 0;
  /** How long a call takes; calls under way at once take the same time. */
  callMilliseconds = 0;
  private atOnce = 0;

  constructor(
    private readonly answer: (call: number, statements: readonly Statement[], dependencies: FakeDependencies) => Answer | undefined = () =>
      undefined,
  ) {}

  send = async (statements: readonly Statement[]): Promise<StatementAnswer[]> => {
    this.calls.push([...statements]);
    const told = this.answer(this.calls.length, statements, this);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    const answered = this.time + this.callMilliseconds;
    await new Promise(setImmediate);
    this.time = Math.max(this.time, answered);
    this.atOnce--;
    if (told instanceof Error) throw told;
    return statements.map((statement, index) => {
      if (told?.[index]?.Error !== undefined) return told[index];
      const key = keyOf(statement);
      if (this.stored.has(key)) return { Error: { Code: 'DuplicateItem' } };
      this.stored.set(key, statement);
      return {};
    });
  };

  now = (): number => this.time;

  sleep = async (milliseconds: number): Promise<void> => {
    this.pauses.push(milliseconds);
    this.time += milliseconds;
  };

  random = (): number => 0.5;
}

export const keyOf = ({ Parameters }: Statement): string => JSON.stringify(Parameters.slice(0, 2));

export function serviceError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error('the message of the service'), { name, $metadata: { httpStatusCode } });
}

export const later = (dependencies: WriterDependencies, milliseconds = 5_000): number => dependencies.now() + milliseconds;
