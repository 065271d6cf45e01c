import { join } from 'node:path';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const CONTEXT = { functionName: 'measured', awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };

/**
 * A handler as it is deployed: the bundle, with its environment. What it sends to AWS comes to the endpoint of the measurement.
 *
 * @param asset folder below `assets`, which `npx projen handlers` fills
 */
export function bundled(
  asset: string,
  environment: Readonly<Record<string, string>>,
  context: object = {},
): (event: string) => Promise<unknown> {
  Object.assign(process.env, environment);
  const { handler } = require(join(process.env.COST_ROOT ?? '', 'assets', asset, 'index.js')) as { handler: Handler };
  // The runtime parses the event, in the time and memory of the function.
  return (event) => handler(JSON.parse(event), { ...CONTEXT, ...context });
}
