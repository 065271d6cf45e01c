import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The interval of progress messages. */
const SILENCE_MS = 2_000;

/** Named numbers that a fresh process prints as one line of JSON. */
export type Sample = Readonly<Record<string, number>>;

export interface Contestant {
  readonly name: string;
  /** Arguments for node. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs each contestant in a fresh process, in several rounds. Each round starts with another contestant, so that other load on the machine
 * affects all equally. The first round fills the file system caches and does not count.
 */
export async function inRounds(
  contestants: readonly Contestant[],
  rounds: number,
  cwd: string,
  report: (line: string) => void,
): Promise<Map<string, Sample[]>> {
  let reportedAt = Date.now();
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let number = 0; number <= rounds; number++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const { name, command, env } = contestants[(turn + number) % contestants.length];
      const { stdout } = await run(process.execPath, [...command], { cwd, env: { ...process.env, ...env } });
      if (number > 0) samples.get(name)?.push(JSON.parse(stdout));
    }
    if (Date.now() - reportedAt > SILENCE_MS) {
      reportedAt = Date.now();
      report(`round ${number} of ${rounds}`);
    }
  }
  return samples;
}
