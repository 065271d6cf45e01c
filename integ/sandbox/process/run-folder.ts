import { openRun, RUNS, sweepRuns } from './runs';

/** Where one run keeps what must not outlive it; the next run removes what a killed one left. */
export interface RunFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a folder of this run. */
export function createRunFolder(): RunFolder {
  sweepRuns(RUNS, () => {});
  const run = openRun(RUNS);
  return { path: run.folder, remove: run.close };
}
