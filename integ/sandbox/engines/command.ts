import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/** Something that the engines need is missing on this machine or in its network: one line with the remedy. */
export class EngineError extends Error {
  public readonly name = 'EngineError';
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program and returns its output: standard output, then standard error.
 *
 * @throws EngineError with its last line of output if it fails or does not exist
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
        const last = lastLine(errors) ?? lastLine(output) ?? 'no output';
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
