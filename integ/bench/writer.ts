import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { median, round } from '../kit/statistics';
import { loadAssembly } from '../sandbox/assembly';
import type { Assembly } from '../sandbox/contracts';
import { installEngines, nodeRuntime, startEngines } from '../sandbox/engines';
import { createClock } from '../sandbox/process/clock';
import { dynamodb } from '../sandbox/services/dynamodb';
import { startServices } from '../sandbox/start-services';
import { installCompetitors, versionOf } from './competitors';
import { atLeast, type Figures, type Row } from './figures';
import { OURS, POWERTOOLS, PUT } from './writer/contestants';
import { CONCURRENCY, type Measured, measure, type Stage } from './writer/measure';
import { createStorage } from './writer/tables';
import { BATCH, MESSAGES } from './writer/traffic';

const CONTESTANTS = [OURS, PUT, POWERTOOLS];
const ROUNDS = 3;

/**
 * The delay that the endpoint adds to each call, in milliseconds: the middle of the single-digit average that AWS gives for PutItem,
 * without the network ("Why is my Amazon DynamoDB response time high?", AWS re:Post). With 0, only the engine's time on this machine
 * counts.
 */
const DELAYS = [5, 0];

/** Our batch writer compared with common alternatives: calls, write units and time for the same messages. */
export async function writer(report: (line: string) => void): Promise<Figures> {
  await installCompetitors(report);
  const engines = await startEngines(await installEngines(report), report);
  const directory = mkdtempSync(join(tmpdir(), 'bench-writer-'));
  try {
    const { endpoint, close } = await startServices([dynamodb], { assembly: withoutPolicies(directory), engines, clock: createClock(1) });
    try {
      const client = new DynamoDBClient({
        endpoint: endpoint.url,
        region: 'us-east-1',
        credentials: { ...endpoint.administrator(), expiration: undefined },
      });
      return figures(await compare({ endpoint, storage: createStorage(client), node: await nodeRuntime('nodejs24.x', report) }, report));
    } finally {
      await close();
    }
  } finally {
    await engines.close();
    rmSync(directory, { recursive: true });
  }
}

/** The endpoint needs an assembly for its policies. This one has no policies, because the administrator needs none. */
function withoutPolicies(directory: string): Assembly {
  const outdir = join(directory, 'cdk.out');
  // Template validation rejects a stack without resources, and takes seconds.
  process.env.CDK_VALIDATION = 'false';
  const app = new App({ outdir, analyticsReporting: false });
  new Stack(app, 'Bench');
  app.synth();
  return loadAssembly(outdir, []);
}

type Results = ReadonlyMap<string, Measured[]>;
const key = (name: string, delay: number) => `${name}, ${delay} ms a call`;

async function compare(stage: Stage, report: (line: string) => void): Promise<Results> {
  const results = new Map<string, Measured[]>();
  for (let number = 0; number < ROUNDS; number++) {
    for (const delay of DELAYS) {
      for (let turn = 0; turn < CONTESTANTS.length; turn++) {
        const contestant = CONTESTANTS[(turn + number) % CONTESTANTS.length];
        const measured = await measure(contestant, stage, `${number}-${delay}-${turn}`, delay);
        const name = key(contestant.name, delay);
        results.set(name, [...(results.get(name) ?? []), measured]);
        report(`round ${number + 1} of ${ROUNDS}: ${name}: ${measured.calls} calls, ${measured.seconds.toFixed(1)} s`);
      }
    }
  }
  return results;
}

function figures(results: Results): Figures {
  const of = (name: string, delay: number, value: keyof Measured) => median((results.get(key(name, delay)) ?? []).map((run) => run[value]));
  const [delay] = DELAYS;
  const ratio = (name: string, value: keyof Measured) => of(name, delay, value) / of(OURS.name, delay, value);
  const range = (name: string, milliseconds: number) => {
    const seconds = (results.get(key(name, milliseconds)) ?? []).map((run) => run.seconds);
    return `${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)}`;
  };
  const row = (name: string, milliseconds: number): Row => ({
    name: key(name, milliseconds),
    values: {
      calls: of(name, milliseconds, 'calls'),
      'write units': of(name, milliseconds, 'writeUnits'),
      seconds: round(of(name, milliseconds, 'seconds')),
      'fastest–slowest': range(name, milliseconds),
      'time, of ours': round(of(name, milliseconds, 'seconds') / of(OURS.name, milliseconds, 'seconds')),
      'CPU seconds of the functions': round(of(name, milliseconds, 'cpuSeconds')),
      'messages a second': Math.round(MESSAGES / of(name, milliseconds, 'seconds')),
    },
  });
  return {
    title: 'Batch writer',
    method: [
      `${MESSAGES} different messages in batches of ${BATCH}, ${CONCURRENCY} batches at once, each in a process of its own on Node 24, after one batch each to warm up.`,
      `Powertools for AWS Lambda ${versionOf('@aws-lambda-powertools/batch')} as its documentation shows it: batch processor, and idempotency by the message's id with a DynamoDB table; it handles the messages of a batch at once, as the conditional put does.`,
      'All handlers write to the same DynamoDB Local through the same endpoint, on fresh tables; every run ends with a count of the items.',
      `The endpoint adds a fixed time to each call: ${delay} ms, the middle of the single digits that AWS names as PutItem's average without the network (AWS re:Post, "Why is my Amazon DynamoDB response time high?"), and none.`,
      'DynamoDB Local writes one item after another, so it takes about as long for 200 calls as for the 5,000 puts that they replace: seconds show that limit, calls and CPU show what the handler does.',
      `Medians of ${ROUNDS} interleaved rounds; ratios of medians.`,
    ],
    rows: DELAYS.flatMap((milliseconds) => CONTESTANTS.map(({ name }) => row(name, milliseconds))),
    goals: [
      atLeast('calls of the conditional put, of ours', round(ratio(PUT.name, 'calls')), 25),
      atLeast('calls of Powertools, of ours', round(ratio(POWERTOOLS.name, 'calls')), 75),
      atLeast('write units of Powertools, of ours', round(ratio(POWERTOOLS.name, 'writeUnits')), 3),
      atLeast(`throughput of ours, of Powertools, ${delay} ms a call`, round(ratio(POWERTOOLS.name, 'seconds')), 3),
    ],
  };
}
