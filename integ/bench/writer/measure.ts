import type { Call, Endpoint } from '../../sandbox/contracts';
import type { Contestant } from './contestants';
import { type Host, startHost } from './host';
import type { Storage } from './tables';
import { BATCH, batches, MESSAGES, warmUp } from './traffic';

/** The number of concurrent batches, each in its own execution environment. */
export const CONCURRENCY = 10;

/** The environment of a run. */
export interface Stage {
  readonly endpoint: Endpoint;
  readonly storage: Storage;
  /** The binary of the functions' runtime. */
  readonly node: string;
}

export interface Measured {
  readonly seconds: number;
  readonly calls: number;
  readonly writeUnits: number;
  /** CPU time of the handlers' processes, without engine and endpoint. */
  readonly cpuSeconds: number;
}

/** Sends all messages to a contestant with new tables, and checks that each was written once. */
export async function measure(contestant: Contestant, stage: Stage, run: string, delay: number): Promise<Measured> {
  const { endpoint, storage, node } = stage;
  const tables = await storage.create(run);
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const env = {
    ...contestant.env(tables),
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
  };
  const hosts: Host[] = [];
  try {
    for (let host = 0; host < CONCURRENCY; host++) hosts.push(await startHost(node, contestant.handler, env));
    await Promise.all(hosts.map((host, index) => host.invoke(warmUp(index))));
    const measured = await timed(hosts, endpoint, delay);
    const stored = await storage.count(tables.items);
    const expected = MESSAGES + CONCURRENCY * BATCH;
    if (stored !== expected) throw new Error(`${contestant.name} stored ${stored} of ${expected} items`);
    return measured;
  } finally {
    for (const host of hosts) host.close();
    await storage.remove(tables);
  }
}

async function timed(hosts: readonly Host[], endpoint: Endpoint, delay: number): Promise<Measured> {
  const calls: Call[] = [];
  const waiting = batches().values();
  let cpuSeconds = 0;
  const stop = endpoint.onCall((call) => calls.push(call));
  endpoint.delay('dynamodb', delay);
  try {
    const start = performance.now();
    await Promise.all(
      hosts.map(async (host) => {
        for (const batch of waiting) {
          const used = await host.invoke(batch);
          cpuSeconds += used;
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    const writeUnits = calls.reduce((sum, call) => sum + (call.writeUnits ?? 0), 0);
    return { seconds, calls: calls.length, writeUnits, cpuSeconds };
  } finally {
    endpoint.delay('dynamodb', 0);
    stop();
  }
}
