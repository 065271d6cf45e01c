import { parseArgs } from 'node:util';
import { type Arrival, type Behaviour, type Maintenance, STABLE, UNSTABLE } from '../../government-api';
import { proof } from '../../kit/proof';
import { proofArguments } from '../../kit/proof-arguments';
import { NAMES } from '../../systems/gov-sync/names';
import { type Quarter, recordQuarter } from '../../systems/gov-sync/quarter';
import { type RunningGovSync, type RunningSync, startGovSync } from '../../systems/gov-sync/start';
import { sumOf, verdictOf } from '../../systems/gov-sync/verdict';
import { OpenTimes } from './open-times';

const USAGE = '[--schools N] [--hours N]';
const MAX_PER_SECOND = 10;
const MAX_CONCURRENCY = 20;
const SEED = 7;
const HOUR_MS = 60 * 60_000;
/** After some reports were sent. */
const MAINTENANCE_IN_MS = 5_000;
/** Shorter waits are not those of an open breaker. */
const SHORT_WAIT_MS = 2_000;
const FAILURES_TO_OPEN = 5;

/** `npx projen prove gov-rate`: never above the stated rate, and probes only while the API fails. */
export default proof(
  'gov-rate',
  {
    shows: 'Reports stay below the stated rate, and only probes reach an API in maintenance',
    usage: USAGE,
    minutes: 120,
  },
  async ({ progress, args, use }) => {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({ args: [...args], options: { schools: option, hours: option } });
    const { integer } = proofArguments(USAGE);
    const [schools, hours] = [integer('schools', values.schools ?? '100', 1), integer('hours', values.hours ?? '48', 1)];
    const [started, maintenanceMs] = [performance.now(), hours * HOUR_MS];
    const openTimes = new OpenTimes();
    let look: () => Promise<void> = async () => undefined;
    const running = use(
      await startGovSync({
        ...{ modes: ['lookUp'], maxPerSecond: MAX_PER_SECOND, maxConcurrency: MAX_CONCURRENCY, naive: true, report: progress.step },
        forward: { before: (distance) => (distance > SHORT_WAIT_MS ? look() : undefined) },
      }),
    );
    const { sandbox, syncs } = running;
    const [sync] = syncs;
    look = async () => openTimes.see(await sync.table.breaker(), sandbox.clock.now());
    const quarter = await recordQuarter(sandbox, { schools, tableName: NAMES.grades, seed: SEED });
    progress.step('two periods at once, at an API that answers in 5 ms');
    const stable = await atStableApi(sync, quarter);
    progress.step('the naive sync at the same API');
    const naiveStable = await naive(running, sync, quarter, { behaviour: STABLE, maintenanceMs: 0 });
    progress.step(`a maintenance window of ${hours} hours`);
    const unstable = await inMaintenance(running, sync, quarter, { openTimes, maintenanceMs });
    progress.step('the naive sync in the same maintenance window');
    const naiveUnstable = await naive(running, sync, quarter, { behaviour: UNSTABLE, maintenanceMs });
    const { verdict, openings, whileOpen, probesAtOnce, duringMaintenance, requests } = unstable;
    return {
      figures: {
        ...{ stated: MAX_PER_SECOND, maxRate: Math.max(stable.maxRate, verdict.maxRate), reports: stable.reports + verdict.reports },
        ...{ lost: stable.lost + verdict.lost, doubled: stable.doubled + verdict.doubled },
        ...{ maintenanceHours: hours, openings, whileOpen, probesAtOnce, duringMaintenance, requests },
        naive: { ...naiveUnstable, maxRate: naiveStable.maxRate },
        minutes: Math.round((performance.now() - started) / 6_000) / 10,
      },
      promises: {
        'the rate is never above what was stated, at an API that answers in 5 ms': stable.maxRate <= MAX_PER_SECOND,
        'nor at one that fails': verdict.maxRate <= MAX_PER_SECOND,
        'the naive sync is faster than that at the same API': naiveStable.maxRate > MAX_PER_SECOND,
        'the breaker opened, and nothing arrived while it was open': openings > 0 && whileOpen === 0,
        'between two times in which it is open, one probe arrives': probesAtOnce === 1,
        'in maintenance, only probes arrive after the breaker has opened':
          duringMaintenance > 0 && duringMaintenance <= openings + FAILURES_TO_OPEN + MAX_CONCURRENCY,
        'the naive sync needs more requests': naiveUnstable.requests > requests,
        'no report is lost or accepted twice': stable.lost + verdict.lost + stable.doubled + verdict.doubled === 0,
        'each report has an end': verdict.confirmed + verdict.deadLettered === verdict.reports,
      },
    };
  },
);

/** Two executions, whose periods share the rate. */
async function atStableApi(sync: RunningSync, quarter: Quarter) {
  const api = await sync.api({ seed: SEED, behaviour: STABLE });
  const periods = ['2026Q1', '2026Q2'];
  const executions = await Promise.all(periods.map((period) => sync.start(period)));
  await Promise.all(executions.map((arn) => arn !== undefined && sync.ended(arn)));
  const record = api.record();
  const verdicts = await Promise.all(
    periods.map(async (period) => verdictOf(quarter.plan(period), await sync.table.reports(period), record)),
  );
  return { ...sumOf(verdicts), ...record.figures };
}

/** All requests, also those for a token: without one, a call ends there. */
const inWindow = (arrivals: readonly Arrival[]) => arrivals.filter(({ outcome }) => outcome === 'maintenance').length;

function maintenanceOf({ sandbox }: RunningGovSync, maintenanceMs: number): Maintenance {
  const from = sandbox.clock.now() + MAINTENANCE_IN_MS;
  return { from, until: from + maintenanceMs };
}

async function inMaintenance(
  running: RunningGovSync,
  sync: RunningSync,
  quarter: Quarter,
  { openTimes, maintenanceMs }: { readonly openTimes: OpenTimes; readonly maintenanceMs: number },
) {
  const period = '2026Q3';
  const window = maintenanceOf(running, maintenanceMs);
  const api = await sync.api({ seed: SEED, behaviour: UNSTABLE, maintenance: [window] });
  for (let attempt = 0; attempt < 12 && (await sync.table.period(period))?.status !== 'COMPLETE'; attempt++) {
    const execution = await sync.start(period);
    if (execution !== undefined) await sync.ended(execution);
  }
  const { arrivals } = api.record();
  return {
    verdict: verdictOf(quarter.plan(period), await sync.table.reports(period), api.record()),
    ...{ openings: openTimes.within(window.from, window.until), whileOpen: openTimes.arrivals(arrivals) },
    probesAtOnce: openTimes.mostBetween(arrivals, window.from, window.until),
    duringMaintenance: inWindow(arrivals),
    requests: arrivals.length,
  };
}

async function naive(
  running: RunningGovSync,
  sync: RunningSync,
  quarter: Quarter,
  { behaviour, maintenanceMs }: { readonly behaviour: Behaviour; readonly maintenanceMs: number },
) {
  const api = await sync.api({ seed: SEED, behaviour, maintenance: [maintenanceOf(running, maintenanceMs)] });
  await sync.ended(await sync.startNaive(quarter.reports('2026Q3')));
  const { arrivals, figures } = api.record();
  const { doubled, maxRate } = figures;
  return { requests: arrivals.length, duringMaintenance: inWindow(arrivals), doubled, maxRate };
}
