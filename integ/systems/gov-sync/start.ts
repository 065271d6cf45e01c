import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Behaviour,
  type Duplicates,
  type GovernmentApi,
  idempotencyKey,
  laterClock,
  lookUp,
  type Maintenance,
  neither,
  startGovernmentApi,
} from '../../government-api';
import { jsonCaller } from '../../kit/aws-json';
import { type FastForward, type FastForwardOptions, fastForward } from '../../kit/fast-forward';
import { synthesize } from '../../kit/synthesize';
import { type Resource, type Sandbox, startSandbox } from '../../sandbox';
import { type Break, breakAssembly } from './break-assembly';
import { callsOnTheirWay } from './calls';
import { hostOf, MODES, type Mode, NAMES, naiveId, SPEED, type SyncSettings, syncId, VISIBLE_AFTER_MINUTES } from './names';
import { openSyncTable, type SyncTable } from './sync-table';

export interface GovSyncOptions extends SyncSettings {
  readonly report?: (line: string) => void;
  /** A cloud assembly of the app with these settings. @default - it is synthesized, and removed at the end */
  readonly folder?: string;
  /** A fault of the synthesized handlers. @default - none */
  readonly broken?: Break;
  /** How fast the clock runs between waits. @default SPEED */
  readonly speed?: number;
  readonly forward?: FastForwardOptions;
}

export interface ApiOptions {
  readonly seed: number;
  readonly behaviour?: Behaviour;
  readonly maintenance?: readonly Maintenance[];
}

/** The sync of one mode. */
export interface RunningSync {
  readonly mode: Mode;
  readonly table: SyncTable;
  readonly stateMachineArn: string;
  /** Replaces the API by another one at the same address. */
  api(options: ApiOptions): Promise<GovernmentApi>;
  /** Starts an attempt of a period, as a person does. @returns the ARN of the execution; undefined if it was not started */
  start(period: string): Promise<string | undefined>;
  /** Starts an execution for a period beside the one that has its lease, as only a person with `states:StartExecution` could. */
  startAnother(period: string, attempt: number): Promise<string>;
  /** Starts the naive sync, which is part of the app if it was chosen. */
  startNaive(reports: readonly object[]): Promise<string>;
  /** Stops an execution of an attempt, with its child executions. */
  stop(executionArn: string): Promise<void>;
  /** The executions of attempts that run. */
  running(): Promise<string[]>;
  /** Starts attempts until the period is complete. Those that run already are awaited. @returns how many ended */
  complete(period: string): Promise<number>;
  /** Waits until an execution has ended. @returns its status */
  ended(executionArn: string): Promise<string>;
  /** The only resource of a type in the sync whose path contains this text. */
  resource(type: string, path: string): Resource;
}

export interface RunningGovSync {
  readonly sandbox: Sandbox;
  readonly forward: FastForward;
  readonly syncs: readonly RunningSync[];
  /** The cloud assembly. */
  readonly folder: string;
  close(): Promise<void>;
}

const APP = join('integ', 'systems', 'gov-sync', 'app.ts');
const POLL_MS = 250;
/** As many as the schedule starts. */
const MOST_ATTEMPTS = 12;
const DUPLICATES: Readonly<Record<Mode, () => Duplicates>> = {
  idempotencyKey: () => idempotencyKey(),
  lookUp: () => lookUp(VISIBLE_AFTER_MINUTES * 60_000),
  neither,
};

/** @returns the folder of the cloud assembly */
export function synthesizeGovSync(settings: SyncSettings, report: (line: string) => void): Promise<string> {
  const { modes = MODES, maxPerSecond, maxConcurrency, naive, source, visibleAfterMinutes } = settings;
  return synthesize(APP, { context: { sync: { modes, maxPerSecond, maxConcurrency, naive, source, visibleAfterMinutes } }, report });
}

/** Runs the app of the syncs on a sandbox whose waits are short, with a government API for each mode. */
export async function startGovSync(options: GovSyncOptions = {}): Promise<RunningGovSync> {
  const { report = () => undefined, modes = MODES } = options;
  const folder = options.folder ?? (await synthesizeGovSync(options, report));
  if (options.broken !== undefined) await breakAssembly(folder, options.broken);
  const closing: (() => Promise<void> | void)[] = [];
  if (options.folder === undefined) closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  // The APIs are started first, because the sandbox needs their addresses.
  const { clock, follow } = laterClock();
  try {
    const apis = new Map<Mode, GovernmentApi>();
    for (const mode of modes) apis.set(mode, await startGovernmentApi({ seed: 1, duplicates: DUPLICATES[mode](), clock }));
    closing.push(async () => {
      for (const api of apis.values()) await api.close();
    });
    const map = Object.fromEntries([...apis].map(([mode, { origin }]) => [hostOf(mode), origin]));
    const sandbox = await startSandbox(folder, {
      strict: true,
      speed: options.speed ?? SPEED,
      map,
      functionsOnClock: () => true,
      schedules: () => false,
      report,
    });
    closing.push(() => sandbox.close());
    follow(sandbox.clock);
    const syncs = modes.map((mode) => {
      const sync = openSync(sandbox, mode, async (next) => {
        const { origin, close: closeApi } = apis.get(mode) as GovernmentApi;
        await closeApi();
        const port = { number: Number(new URL(origin).port), otherwise: 'fail' as const };
        const started = await startGovernmentApi({ ...next, duplicates: DUPLICATES[mode](), clock, port });
        apis.set(mode, started);
        return started;
      });
      closing.push(() => sync.table.close());
      return sync;
    });
    const isOnItsWay = callsOnTheirWay(sandbox, () => [...apis.values()].reduce((sum, { open }) => sum + open, 0));
    const isBusy = () => isOnItsWay() || (options.forward?.isBusy?.() ?? false);
    const forward = fastForward(sandbox, { ...options.forward, isBusy });
    closing.push(() => forward.close());
    return { sandbox, forward, syncs, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Finds the sync of a mode in a sandbox. @param api replaces the API of the sync */
export function openSync(sandbox: Sandbox, mode: Mode, api: RunningSync['api']): RunningSync {
  const { assembly } = sandbox;
  const states = jsonCaller(sandbox, { service: 'states', target: 'AWSStepFunctions' });
  const resource = (type: string, path: string): Resource => {
    const found = assembly.ofType(type).filter((one) => one.path?.startsWith(`${NAMES.stack}/${syncId(mode)}/`) && one.path.includes(path));
    if (found.length !== 1)
      throw new Error(`Expected one resource of type ${type} under ${path} of ${syncId(mode)}, found ${found.length}`);
    return found[0];
  };
  const stateMachineArn = assembly.ref(resource('AWS::StepFunctions::StateMachine', '/'));
  const sync: RunningSync = {
    ...{ mode, api, resource, stateMachineArn },
    table: openSyncTable(sandbox, assembly.ref(resource('AWS::DynamoDB::Table', '/'))),
    async start(period) {
      const { attempt = 0 } = (await sync.table.period(period)) ?? {};
      return sync.startAnother(period, attempt + 1);
    },
    async startAnother(period, attempt) {
      const input = JSON.stringify({ period, attempt, startedBy: 'operator', why: 'two executions at once' });
      const { executionArn } = await states('StartExecution', { stateMachineArn, name: `gov-${period}-${attempt}`, input });
      return String(executionArn);
    },
    async startNaive(reports) {
      const machine = assembly
        .ofType('AWS::StepFunctions::StateMachine')
        .find(({ path }) => path?.startsWith(`${NAMES.stack}/${naiveId(mode)}/`));
      if (machine === undefined) throw new Error(`The app has no naive sync for ${mode}`);
      const { executionArn } = await states('StartExecution', {
        stateMachineArn: assembly.ref(machine),
        input: JSON.stringify({ reports }),
      });
      return String(executionArn);
    },
    async ended(executionArn) {
      for (;;) {
        const { status } = await states('DescribeExecution', { executionArn });
        if (status !== 'RUNNING') return String(status);
        await pause(POLL_MS);
      }
    },
    async stop(executionArn) {
      await states('StopExecution', { executionArn });
    },
    async running() {
      const { executions } = await states('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' });
      return (executions as unknown as readonly { readonly executionArn: string }[]).map(({ executionArn }) => executionArn);
    },
    async complete(period) {
      for (let ended = 0; ended < MOST_ATTEMPTS; ) {
        const running = await sync.running();
        for (const executionArn of running) await sync.ended(executionArn);
        ended += running.length;
        if ((await sync.table.period(period))?.status === 'COMPLETE') return ended;
        await sync.start(period);
      }
      throw new Error(`${period} is not complete after ${MOST_ATTEMPTS} attempts`);
    },
  };
  return sync;
}
