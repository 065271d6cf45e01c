import { type Profiler, Session } from 'node:inspector/promises';

const INTERVAL_MICROSECONDS = 200;
const IDLE = '(idle)';
/** Code that only runs in a benchmark: starting a profile, and handing over the requests. */
const OWN = 'benchmark';

/**
 * The steps of a request, each with the files that belong to it. The first match decides. `services/` comes last, for files that belong to
 * no other step.
 */
const STEPS: readonly (readonly [step: string, files: RegExp])[] = [
  ['endpoint: authenticate', /endpoint.authenticate|protocol.sign|signature-v4/],
  ['endpoint: authorize', /sandbox.iam[\\/]/],
  ['endpoint: engine', /engines.upstream/],
  ['endpoint: route, reply, record', /sandbox.endpoint[\\/]/],
  ['endpoint: read and execute', /services.sqs[\\/]/],
  ['gateway: web ACL', /services.wafv2[\\/]/],
  ['gateway: route', /apigateway.routes/],
  ['gateway: authorizer, key and limits', /apigateway.(?:authorizer|policy|token-bucket|usage[\\/])/],
  ['gateway: validation', /apigateway.(?:validate|models)/],
  ['gateway: mapping', /apigateway.(?:vtl[\\/]|variables|mapping|integration\.|respond)/],
  ['gateway: call of the endpoint', /apigateway.(?:service-call|permission)/],
  ['gateway: access log', /apigateway.access-log|services.logs/],
  ['gateway: the rest of it', /services.apigateway[\\/]/],
  [OWN, /integ.(?:bench|school-day)[\\/]/],
];

/** Milliseconds of the main thread, by step. */
export type Times = ReadonlyMap<string, number>;

/** Profiles this process while something runs. It has no cost at other times. */
export async function profiled(run: () => Promise<unknown>): Promise<Times> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
    await session.post('Profiler.start');
    await run();
    const { profile } = await session.post('Profiler.stop');
    return timesOf(profile);
  } finally {
    session.disconnect();
  }
}

/** Each sample counts for the step of its innermost frame that has one, so that Node.js code counts for the step that calls it. */
function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Times {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const stepOf = new Map<number, string>();
  const find = (id: number): string => {
    const known = stepOf.get(id);
    if (known !== undefined) return known;
    const frame = byId.get(id)?.callFrame;
    const parent = parents.get(id);
    const own = frame && STEPS.find(([, files]) => files.test(frame.url))?.[0];
    const step = own ?? (frame && special(frame.functionName)) ?? (parent === undefined ? 'Node: HTTP and sockets' : find(parent));
    stepOf.set(id, step);
    return step;
  };
  const times = new Map<string, number>();
  samples.forEach((id, at) => {
    const step = find(id);
    if (step !== IDLE && step !== OWN) times.set(step, (times.get(step) ?? 0) + timeDeltas[at] / 1000);
  });
  return times;
}

function special(name: string): string | undefined {
  if (name === IDLE) return IDLE;
  if (name === '(garbage collector)') return 'Node: memory';
  return name === '(program)' ? 'Node: outside JavaScript' : undefined;
}
