import { rmSync } from 'node:fs';
import { createObserver } from '../../kit/observer';
import type { Progress } from '../../kit/progress';
import { synthesize } from '../../kit/synthesize';
import { startSandbox } from '../../sandbox';
import { makeDeadly } from './killer-assembly';
import { countedAnew, flood, type KillerCase, killerCases, withoutRetryQueue } from './killer-cases';
import { type KillerRun, readPath } from './killer-paths';
import { runCase, runFlood } from './killer-runs';
import { watchDeaths, watchTable } from './killer-watch';

/** Milliseconds between the starts of two cases, so that their processes do not compete for this machine. */
const APART_MS = 15_000;

/**
 * Messages that crash the function that reads them, among healthy messages. Every path runs at normal speed, so that the delays are those
 * of the template: functions crash and hang in real time at any clock speed.
 */
export async function killers(progress: Progress) {
  const directory = await synthesize('integ/proofs/ingest/killer-app.ts', { report: progress.step });
  makeDeadly(directory);
  const sandbox = await startSandbox(directory, { strict: true, report: progress.step });
  const observer = createObserver(sandbox);
  const table = watchTable(observer, sandbox.assembly.ref(sandbox.assembly.ofType('AWS::DynamoDB::Table')[0]), sandbox.clock);
  const run: KillerRun = {
    sandbox,
    observer,
    table,
    deaths: watchDeaths(sandbox.logs),
    path: (name) => readPath(sandbox, name),
  };
  try {
    const later = (index: number) => new Promise((resolve) => setTimeout(resolve, index * APART_MS));
    const reported = async (one: KillerCase) => {
      const figures = await runCase(run, one);
      progress.step(`${one.name}: ${JSON.stringify(figures)}`);
      return { ...one, ...figures };
    };
    const [flooded, anew, without, ...cases] = await Promise.all([
      runFlood(run, flood),
      reported(countedAnew),
      reported(withoutRetryQueue),
      ...killerCases.map(async (one, index) => {
        await later(index);
        return reported(one);
      }),
    ]);
    progress.step(`flood: ${JSON.stringify(flooded)}`);
    return { cases, countedAnew: anew, withoutRetryQueue: without, flood: flooded };
  } finally {
    await table.close();
    observer.close();
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
