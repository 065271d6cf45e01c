import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Door, Functions, Json } from '../contracts';
import type { Pool } from './pools';

const SERVICE = 'cognito-idp.amazonaws.com';
/** Documented: "Customizing user pool workflows with Lambda triggers": a function must respond within 5 seconds. */
const PATIENCE = 5_000;

/** Where the engine asks for the claims of a token. */
export interface Triggers {
  url(pool: Pool): string;
  close(): Promise<void>;
}

/**
 * Runs a pool's pre-token trigger for the engine: the function of the template, if its permission lets Cognito invoke it. Whatever goes wrong
 * is an error to the engine, which then issues no token.
 */
export async function openTriggers(pools: readonly Pool[], door: Door, functions: Functions): Promise<Triggers> {
  // Nobody else on this machine is to put claims into a token.
  const secret = randomBytes(24).toString('hex');
  const server = createServer((incoming, outgoing) => {
    const pool = pools.find(({ id }) => incoming.url === `/${secret}/${id}`);
    const answer = pool === undefined ? Promise.reject(new Error('unknown')) : bodyOf(incoming).then((event) => invoke(pool, event));
    answer.then(
      (payload) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(payload)),
      (error: Error) => outgoing.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' }).end(error.message),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function invoke({ trigger = '', arn }: Pool, event: Json): Promise<Json> {
    const check = { action: 'lambda:InvokeFunction', resource: trigger, context: {} };
    const denied = door.denial({ service: SERVICE, sourceArn: arn }, check);
    if (denied !== undefined) throw new Error(`PreTokenGeneration failed: ${denied}`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('PreTokenGeneration invocation failed due to timeout')), PATIENCE);
    });
    try {
      const { payload, functionError } = await Promise.race([functions.invoke(trigger, event), late]);
      const { errorMessage } = (payload ?? {}) as { errorMessage?: string };
      if (functionError !== undefined) throw new Error(`PreTokenGeneration failed with error ${errorMessage}`);
      if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || typeof payload.response !== 'object') {
        throw new Error('Unrecognizable lambda output');
      }
      return payload;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    url: ({ id }) => `${origin}/${secret}/${id}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Json;
}
