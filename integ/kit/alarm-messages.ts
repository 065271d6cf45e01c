import { createServer, type IncomingMessage } from 'node:http';
import type { Clock } from '../sandbox';
import { listen } from '../sandbox/process/loopback';

/** A message of an alarm, as it arrived. */
export interface AlarmMessage {
  readonly alarm: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** When it arrived, in milliseconds by the clock. */
  readonly arrivedAt: number;
  readonly reason: string;
}

/** An HTTPS subscriber of the topic of alarms, as a person's tool is: it confirms its subscription, and keeps what arrives. */
export interface AlarmMessages {
  /** Where the sandbox sends what is for the host of the subscription. */
  readonly origin: string;
  /** Messages are dated by this clock. Before, they are dated 0. */
  follow(clock: Pick<Clock, 'now'>): void;
  readonly all: readonly AlarmMessage[];
  readonly isConfirmed: boolean;
  /** Whether the second address, `/second`, accepts messages. It does at first. */
  accept(accepts: boolean): void;
  close(): Promise<void>;
}

/** The path of another subscriber, which can stop to accept messages. */
export const SECOND = '/second';
const LARGEST_BYTES = 300_000;

interface Envelope {
  readonly Type: string;
  readonly SubscribeURL?: string;
  readonly Message: string;
}

interface Notice {
  readonly AlarmName: string;
  readonly NewStateValue: AlarmMessage['state'];
  readonly NewStateReason: string;
}

/** @throws if no port is free */
export async function listenForAlarms(): Promise<AlarmMessages> {
  const all: AlarmMessage[] = [];
  let now = (): number => 0;
  let isConfirmed = false;
  let accepts = true;

  async function take(request: IncomingMessage): Promise<number> {
    const isSecond = request.url === SECOND;
    const envelope = JSON.parse(await textOf(request)) as Envelope;
    if (envelope.Type === 'SubscriptionConfirmation') {
      const { ok } = await fetch(envelope.SubscribeURL ?? '');
      if (ok && !isSecond) isConfirmed = true;
      return ok ? 200 : 502;
    }
    // 4xx is not tried again.
    if (isSecond) return accepts ? 200 : 410;
    const { AlarmName: alarm, NewStateValue: state, NewStateReason: reason } = JSON.parse(envelope.Message) as Notice;
    all.push({ alarm, state, reason, arrivedAt: now() });
    return 200;
  }

  const server = createServer((request, response) => {
    take(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(400).end(),
    );
  });
  const { origin, close } = await listen(server);
  return {
    ...{ origin, all, close },
    get isConfirmed() {
      return isConfirmed;
    },
    follow(clock) {
      now = () => clock.now();
    },
    accept(next) {
      accepts = next;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) throw new Error(`a message of more than ${LARGEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
