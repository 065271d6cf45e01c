import { median, round } from '../kit/statistics';
import { startPlatform } from '../systems/school-platform/platform';
import { schools } from '../systems/school-platform/population';
import { atLeast, type Figures, type Row } from './figures';
import { cpuOf } from './sandbox/cpu';
import { type Load, type Loaded, type LoadGenerator, startEcho, startLoadGenerator } from './sandbox/load';
import { profiled, type Times } from './sandbox/profile';
import { getQueueUrl, sendMessage, signed, visit } from './sandbox/requests';

/** Enough schools that none reaches its rate limit. */
const SCHOOLS = 20;
const CONNECTIONS = 32;
const REQUESTS = 3_000;
const DISTINCT = 500;
const ROUNDS = 5;

const DIRECT = 'SendMessage, MiniStack itself';
const ENDPOINT = 'SendMessage, through the endpoint';
const GATEWAY = 'POST /visits, through the gateway';
const DIRECT_LOOKUP = 'GetQueueUrl, MiniStack itself';
const ENDPOINT_LOOKUP = 'GetQueueUrl, through the endpoint';
const GENERATOR = 'the load generator alone';
/** The row that each row is compared with: MiniStack with the same operation. */
const BASELINE: Readonly<Record<string, string>> = {
  [DIRECT]: DIRECT,
  [ENDPOINT]: DIRECT,
  [GATEWAY]: DIRECT,
  [DIRECT_LOOKUP]: DIRECT_LOOKUP,
  [ENDPOINT_LOOKUP]: DIRECT_LOOKUP,
  [GENERATOR]: DIRECT,
};

interface Measured extends Loaded {
  readonly perSecond: number;
  /** CPU milliseconds of each process per request. */
  readonly sandbox: number;
  readonly engine?: number;
  readonly generator: number;
}

/** The requests per second of the sandbox, compared with its engine alone, and where the time goes. */
export async function sandbox(report: (line: string) => void): Promise<Figures> {
  const platform = await startPlatform({
    report,
    schools: schools()
      .slice(0, SCHOOLS)
      .map(({ id }) => id),
  });
  const generator = startLoadGenerator();
  const echo = await startEcho();
  try {
    const { functions, engines, endpoint, assembly } = platform.sandbox;
    // Only ingestion is measured: the writer would use part of the queue's engine and of both CPUs.
    await functions.pauseEventSources(platform.writerArn);
    const queueName = platform.queueUrl.split('/').at(-1) ?? '';
    const role = endpoint.assumeAsService(roleOf(platform), 'apigateway.amazonaws.com', 'bench');
    const through = { url: endpoint.url, credentials: role };
    // The engine reads the account from the access key and does not verify the signature.
    const direct = { url: engines.ministack.url, credentials: { ...role, accessKeyId: assembly.account } };
    const load = (url: string, requests: readonly Buffer[], status = 200): Load => ({
      ...{ url, requests, status, connections: CONNECTIONS, count: REQUESTS },
    });
    const visits = Array.from({ length: DISTINCT }, (_, number) =>
      visit(platform.visitsUrl, platform.token(schools()[number % SCHOOLS].id), number),
    );
    const loads: Readonly<Record<string, Load>> = {
      [DIRECT]: load(direct.url, await signed(direct, sendMessage(`${direct.url}/${assembly.account}/${queueName}`), DISTINCT)),
      [ENDPOINT]: load(through.url, await signed(through, sendMessage(platform.queueUrl), DISTINCT)),
      [GATEWAY]: load(platform.visitsUrl, visits, 202),
      [DIRECT_LOOKUP]: load(direct.url, await signed(direct, getQueueUrl(queueName), DISTINCT)),
      [ENDPOINT_LOOKUP]: load(
        through.url,
        await signed({ ...through, credentials: endpoint.administrator() }, getQueueUrl(queueName), DISTINCT),
      ),
      [GENERATOR]: load(echo.url, visits),
    };
    const results = await inTurns(loads, generator, engines.ministack.pid, report);
    const shares = new Map<string, Times>();
    for (const name of [ENDPOINT, GATEWAY]) {
      report(`where the time goes: ${name}`);
      shares.set(name, await profiled(() => generator.send(loads[name])));
    }
    return figures(results, shares);
  } finally {
    generator.close();
    await echo.close();
    await platform.close();
  }
}

/** The role of the route's integration. */
function roleOf({ sandbox: { assembly }, resource }: Awaited<ReturnType<typeof startPlatform>>): string {
  return assembly.attribute(resource('AWS::IAM::Role', '/Visits/ApiRole/'), 'Arn');
}

type Results = ReadonlyMap<string, readonly Measured[]>;

/** Runs all in several rounds. Each round starts with another one, and the first round is a warm-up. */
async function inTurns(
  loads: Readonly<Record<string, Load>>,
  generator: LoadGenerator,
  engine: number,
  report: (line: string) => void,
): Promise<Results> {
  const names = Object.keys(loads);
  const results = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let number = 0; number <= ROUNDS; number++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + number) % names.length];
      const measured = await measure(loads[name], generator, engine);
      if (number === 0) continue;
      results.get(name)?.push(measured);
      report(`round ${number} of ${ROUNDS}: ${name}: ${Math.round(measured.perSecond)} requests/s`);
    }
  }
  return results;
}

async function measure(load: Load, generator: LoadGenerator, engine: number): Promise<Measured> {
  const cpu = process.cpuUsage();
  const before = cpuOf(engine);
  const loaded = await generator.send(load);
  const after = cpuOf(engine);
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...loaded,
    perSecond: load.count / loaded.seconds,
    sandbox: (user + system) / 1000 / load.count,
    ...(before === undefined || after === undefined ? {} : { engine: (after - before) / load.count }),
    generator: loaded.cpuMilliseconds / load.count,
  };
}

function figures(results: Results, shares: ReadonlyMap<string, Times>): Figures {
  const of = (name: string, value: keyof Measured) => median((results.get(name) ?? []).map((run) => run[value] ?? 0));
  const ratio = (name: string) => {
    const others = results.get(BASELINE[name]) ?? [];
    return median((results.get(name) ?? []).map(({ perSecond }, at) => perSecond / others[at].perSecond));
  };
  const fastest = Math.max(
    ...Object.keys(BASELINE)
      .filter((name) => name !== GENERATOR)
      .map((name) => of(name, 'perSecond')),
  );
  const row = (name: string): Row => ({
    name,
    values: {
      'requests a second': Math.round(of(name, 'perSecond')),
      'of MiniStack itself': round(ratio(name)),
      'p50 ms': round(of(name, 'p50'), 1),
      'p95 ms': round(of(name, 'p95'), 1),
      'CPU ms of the sandbox': name === BASELINE[name] ? '–' : round(of(name, 'sandbox')),
      'CPU ms of MiniStack': name === GENERATOR ? '–' : round(of(name, 'engine')),
      'CPU ms of the load generator': round(of(name, 'generator'), 3),
    },
  });
  return {
    title: 'Sandbox',
    method: [
      `The example school platform on this machine: \`SendMessage\` to its encrypted queue as the AWS SDK signs it, and \`POST /visits\` with a token whose decision is cached: web ACL, authorizer, key and plan, validation, mapping template, the queue by the integration's role, mapping of the response, access log. The writer is paused.`,
      "MiniStack itself gets the same signed requests without the sandbox before it, a call for each; the sandbox sends messages that come at the same time in one call (ADR-045). GetQueueUrl is an operation that shares nothing: there the endpoint adds its own time to the engine's.",
      `${CONNECTIONS} connections with keep-alive, ${REQUESTS} requests a round, ${DISTINCT} different ones; medians of ${ROUNDS} interleaved rounds after a warm-up round, ratios within a round. A response with an unexpected status ends the benchmark.`,
      'CPU is of one request, of all threads of a process: it shows what a request costs on a machine under other load.',
      'The load generator is a separate process. The row of the load generator alone is its own rate, against a server that returns the same bytes for each request.',
      `Where the time goes: samples of the sandbox's main thread in a further round of each, by the innermost code that belongs to a step.`,
    ],
    rows: Object.keys(BASELINE).map(row),
    details: [{ title: 'Where the time goes', rows: steps(shares) }],
    goals: [
      atLeast('POST /visits a second through the gateway, with its authorizer', Math.round(of(GATEWAY, 'perSecond')), 1_000),
      atLeast('SendMessage a second through the endpoint, of MiniStack itself', round(ratio(ENDPOINT)), 1),
      atLeast("the load generator's own rate, of the fastest of them", round(of(GENERATOR, 'perSecond') / fastest), 2),
    ],
  };
}

/** The steps, ordered by the larger share. */
function steps(shares: ReadonlyMap<string, Times>): Row[] {
  const names = [...shares.keys()];
  const total = (name: string) => [...(shares.get(name)?.values() ?? [])].reduce((sum, time) => sum + time, 0);
  const time = (name: string, step: string) => shares.get(name)?.get(step) ?? 0;
  const all = [...new Set(names.flatMap((name) => [...(shares.get(name)?.keys() ?? [])]))];
  const last = names[names.length - 1];
  const sorted = all.sort((a, b) => time(last, b) - time(last, a));
  const row = (name: string, of: (run: string) => number): Row => ({
    name,
    values: Object.fromEntries(
      names.flatMap((run) => [
        [`${run}, µs`, Math.round((of(run) * 1000) / REQUESTS)],
        [`${run}, %`, round((100 * of(run)) / total(run), 1)],
      ]),
    ),
  });
  return [...sorted.map((step) => row(step, (run) => time(run, step))), row('all', total)];
}
