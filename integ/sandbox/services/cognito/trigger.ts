import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Endpoint, Functions, Invocation, Json } from '../../contracts';
import { listen } from '../../process/loopback';
import { readBody } from '../../protocol/read-body';
import { claimsOf, Unrecognizable } from './claims';
import type { Pool } from './pools';

const SERVICE = 'cognito-idp.amazonaws.com';
/**
 * Documented: "Customizing user pool workflows with Lambda triggers": a function must respond within 5 seconds; Cognito tries three times
 * in total.
 */
const TRIGGER_TIMEOUT_MS = 5_000;
const ATTEMPTS = 3;

/** The HTTP server that returns the claims of a token to the engine. */
export interface Triggers {
  url(pool: Pool): string;
  close(): Promise<void>;
}

/** An error of a trigger, with Cognito's code. */
class TriggerError extends Error {
  public constructor(
    readonly code: 'UserLambdaValidationException' | 'UnexpectedLambdaException' | 'InvalidLambdaResponseException',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Runs a pool's pre-token trigger for the engine: the function of the template, if its permission allows Cognito to invoke it. After any
 * error the engine issues no token.
 */
export async function openTriggers(pools: readonly Pool[], endpoint: Endpoint, functions: Functions): Promise<Triggers> {
  // The secret path keeps other processes on this machine from adding claims to a token.
  const secret = randomBytes(24).toString('hex');
  const server = createServer((incoming, outgoing) => {
    const pool = pools.find(({ id }) => incoming.url === `/${secret}/${id}`);
    const answer = pool === undefined ? Promise.reject(new Error('Not found')) : bodyOf(incoming).then((event) => claims(pool, event));
    answer.then(
      (body) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (error: Error) => {
        const code = error instanceof TriggerError ? error.code : 'UnexpectedLambdaException';
        outgoing.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message: error.message }));
      },
    );
  });
  const { origin, close } = await listen(server);

  async function claims({ trigger, arn }: Pool, event: Json): Promise<Json> {
    if (trigger?.version !== 'V2_0') {
      throw new TriggerError(
        'UnexpectedLambdaException',
        `PreTokenGeneration of version ${trigger?.version} is not supported by the sandbox`,
      );
    }
    const check = { action: 'lambda:InvokeFunction', resource: trigger.arn, context: {} };
    if (endpoint.denial({ service: SERVICE, sourceArn: arn }, check) !== undefined) {
      throw new TriggerError('UnexpectedLambdaException', 'PreTokenGeneration invocation failed due to error AccessDeniedException.');
    }
    const { payload, functionError } = await invoke(trigger.arn, event);
    if (functionError !== undefined) {
      const { errorMessage } = (payload ?? {}) as { errorMessage?: string };
      throw new TriggerError('UserLambdaValidationException', `PreTokenGeneration failed with error ${errorMessage}.`);
    }
    try {
      return claimsOf(payload);
    } catch (error) {
      throw error instanceof Unrecognizable ? new TriggerError('InvalidLambdaResponseException', error.message) : error;
    }
  }

  async function invoke(arn: string, event: Json): Promise<Invocation> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const invocation = await inTime(functions.invoke(arn, event));
      if (invocation !== undefined) return invocation;
    }
    throw new TriggerError(
      'UnexpectedLambdaException',
      'PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.',
    );
  }

  return {
    url: ({ id }) => `${origin}/${secret}/${id}`,
    close,
  };
}

/** The invocation, or undefined after the timeout; a later result or error is ignored. */
async function inTime(invocation: Promise<Invocation>): Promise<Invocation | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, TRIGGER_TIMEOUT_MS, undefined);
  });
  try {
    return await Promise.race([invocation, late]);
  } finally {
    clearTimeout(timer);
    invocation.catch(() => undefined);
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Json> {
  return JSON.parse((await readBody(incoming)).toString()) as Json;
}
