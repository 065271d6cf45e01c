import { join } from 'node:path';
import type { Subject } from './place';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const CONTEXT = { functionName: 'measured', awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };

/**
 * A handler as deployed: its bundle and environment. As in Lambda, the event is parsed before the handler runs. The handler's AWS calls go
 * to the endpoint of the measurement.
 *
 * @param asset folder in `assets`, written by `npx projen handlers`
 */
export function bundled(asset: string, environment: Readonly<Record<string, string>>, context: object = {}): Subject {
  Object.assign(process.env, environment);
  const { handler } = require(join(process.env.COST_ROOT ?? '', 'assets', asset, 'index.js')) as { handler: Handler };
  return {
    prepare: (event) => JSON.parse(event),
    // Some functions throw on an input that they reject.
    read: (event) => handler(event, { ...CONTEXT, ...context }).catch(() => {}),
  };
}
