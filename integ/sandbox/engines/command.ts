import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/** Something that the engines need and that this machine or its network does not give: one line with the remedy. */
export class EngineError extends Error {
  public readonly name = 'EngineError';
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Each line of standard output, as it comes. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end and returns what it wrote, standard output before standard error.
 *
 * @throws EngineError with the last line that it wrote, when it fails or is not there
 */
export function command(file: string, args: readonly string[], { cwd, env, onLine }: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    let line = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const whole of lines) {
        onLine?.(whole);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', (error) => reject(new EngineError(`${file} cannot be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(output + errors);
      } else {
        const last = lastLine(errors) ?? lastLine(output) ?? 'it said nothing';
        reject(new EngineError(`${basename(file)} failed (${signal ?? code}): ${last.slice(0, 240)}`));
      }
    });
  });
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
