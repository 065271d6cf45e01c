import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long a person should have to wait for a sign of life. */
const SILENCE_MS = 2_000;

/** Numbers that a fresh process prints as one line of JSON, by their names. */
export type Sample = Readonly<Record<string, number>>;

export interface Contestant {
  readonly name: string;
  /** Arguments of node. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs each contestant in a fresh process, one after another, round after round, each round beginning with another one: what else
 * the machine does falls on all alike. The first round fills the caches of the file system and is not counted.
 */
export async function inRounds(
  contestants: readonly Contestant[],
  rounds: number,
  cwd: string,
  say: (line: string) => void,
): Promise<Map<string, Sample[]>> {
  let said = Date.now();
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let number = 0; number <= rounds; number++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const { name, command, env } = contestants[(turn + number) % contestants.length];
      const { stdout } = await run(process.execPath, [...command], { cwd, env: { ...process.env, ...env } });
      if (number > 0) samples.get(name)?.push(JSON.parse(stdout));
    }
    if (Date.now() - said > SILENCE_MS) {
      said = Date.now();
      say(`round ${number} of ${rounds}`);
    }
  }
  return samples;
}
