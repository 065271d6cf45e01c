import { join } from 'node:path';
import type { Subject } from './place';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const CONTEXT = { functionName: 'measured', awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };

/**
 * A handler as it is deployed: the bundle, with its environment. The runtime of Lambda parses an event; what the handler asks of AWS comes to
 * the endpoint of the measurement.
 *
 * @param asset folder below `assets`, which `npx projen handlers` fills
 */
export function bundled(asset: string, environment: Readonly<Record<string, string>>, context: object = {}): Subject {
  Object.assign(process.env, environment);
  const { handler } = require(join(process.env.COST_ROOT ?? '', 'assets', asset, 'index.js')) as { handler: Handler };
  return {
    prepare: (event) => JSON.parse(event),
    // An input that is rejected is an error of some functions.
    read: (event) => handler(event, { ...CONTEXT, ...context }).catch(() => {}),
  };
}
