import type { AddressInfo } from 'node:net';
import { type AttributeValue, type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { FastifyInstance } from 'fastify';
import { createLifecycle } from '../../app/grades/src/lifecycle';
import type { Handled } from '../../app/grades/src/log';
import { Problem } from '../../app/grades/src/problem';
import { STANDARD_RULES } from '../../app/grades/src/rules';
import { createServer, type ServerOptions } from '../../app/grades/src/server';
import type { SchoolData } from '../../app/grades/src/tenant-data';

export const SCHOOL = 'school-01';
/** A token that `verify` accepts. */
export const TOKEN = 'valid';
export const HEADERS = { authorization: `Bearer ${TOKEN}`, 'x-tenant-id': SCHOOL, 'x-correlation-id': 'id-1' };

/** A grade to record. */
export const PUT = { method: 'PUT' as const, url: '/students/s-1/evaluations/Maths', headers: HEADERS, payload: { grade: 7 } };

export type Line = Readonly<Record<string, unknown>> & Partial<Handled>;

/** What a test decides about the table. */
export interface Table {
  send(command: { readonly input: unknown }): Promise<unknown>;
}

export type Item = Readonly<Record<string, AttributeValue>>;

/** What the tests look at in the input of a command. */
export interface Input {
  readonly Key?: Item;
  readonly TransactItems: readonly { readonly Put: { readonly Item: Item } }[];
}

/** A table that answers as the test says, and the commands that it got. */
export function recording(answer: (input: Input) => unknown) {
  const sent: { readonly input: unknown }[] = [];
  const table: Table = {
    async send(command) {
      sent.push(command);
      return answer(command.input as Input);
    },
  };
  return { sent, table };
}

/** How DynamoDB rejects a transaction. */
export function canceled(...CancellationReasons: CancellationReason[]): TransactionCanceledException {
  return new TransactionCanceledException({ message: 'canceled', $metadata: {}, CancellationReasons });
}

/** A server whose table is the test's, the lines that it logs, and the requests in its metrics. */
export function testServer(table: Table, options: Partial<ServerOptions> = {}) {
  const lines: Line[] = [];
  const recorded: Pick<Handled, 'school' | 'milliseconds'>[] = [];
  const forgotten: string[] = [];
  const opened: string[] = [];
  const lifecycle = createLifecycle(50);
  lifecycle.ready();
  const server = createServer({
    lifecycle,
    data: {
      async of(school) {
        opened.push(school);
        return { school, table: 'data', dynamodb: table } as unknown as SchoolData;
      },
      forget: (school) => void forgotten.push(school),
    },
    rulesOf: async () => STANDARD_RULES,
    async verify(token) {
      if (token !== TOKEN) throw new Problem(401, 'The token is invalid or expired.');
      return { 'custom:school_id': SCHOOL, sub: 'user-1' };
    },
    schoolClaim: 'custom:school_id',
    metricNamespace: 'Luca/Platform',
    now: () => 1_800_000_000_000,
    metrics: { record: (request) => void recorded.push(request) },
    traces: { begin: () => ({ call: () => () => undefined, end: () => undefined }) },
    log: (line) => void lines.push(line as Line),
    ...options,
  });
  started.push(server);
  /** Sends a request over HTTP. */
  async function ask({ method = 'GET', url, headers = {}, payload }: Ask): Promise<Answer> {
    if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const isText = typeof payload === 'string' || payload === undefined;
    const response = await fetch(`http://127.0.0.1:${port}${url}`, {
      method,
      headers: { ...headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
      body: isText ? payload : JSON.stringify(payload),
    });
    const answer = { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.text() };
    // Its line is written after the answer.
    await new Promise((resolve) => setImmediate(resolve));
    return answer;
  }
  return { server, ask, lifecycle, lines, recorded, forgotten, opened };
}

export interface Ask {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object, or the text of a body. */
  readonly payload?: object | string;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

const started: FastifyInstance[] = [];

/** For `afterEach`. */
export async function closeServers(): Promise<void> {
  await Promise.all(started.splice(0).map((server) => server.close()));
}
