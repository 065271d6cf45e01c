import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { command, EngineError } from '../../sandbox/engines/command';
import { installed } from '../../sandbox/engines/component';
import { enginesFolder } from '../../sandbox/engines/install';
import { findPython } from '../../sandbox/engines/python';

/** Solves a script; `(check-sat)` is added. */
export interface Answer {
  /** `unknown`: timeout. */
  readonly answer: 'sat' | 'unsat' | 'unknown';
  /** The value of each declared constant, if the answer is sat. */
  readonly values: Readonly<Record<string, string | boolean>>;
}

/** cvc5 in a separate process. It returns results in the order of the queries. */
export interface Solver {
  /** @param milliseconds after which there is no answer; by default, 20 seconds */
  ask(script: string, milliseconds?: number): Promise<Answer>;
  close(): void;
}

const MILLISECONDS = 20_000;

/** Starts cvc5, which is downloaded on first use like the engines: pinned, with a hash for every file. */
export async function startSolver(report: (line: string) => void): Promise<Solver> {
  const root = enginesFolder();
  const python = await findPython(root, report);
  const file = join(__dirname, 'requirements.txt');
  const packages = await installed(
    root,
    {
      name: 'cvc5',
      title: 'cvc5 1.4.2 (Python)',
      pins: { 'requirements.txt': (await readFile(file, 'utf8')).replace(/^#.*\n/gm, ''), python },
      build: async (target) => {
        const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--only-binary', ':all:', '--require-hashes', '--no-deps'];
        await command(python, ['-m', 'pip', 'install', ...options, '--target', target, '-r', file]).catch((error: Error) => {
          throw new EngineError(`pip cannot install cvc5, which needs access to a Python package index: ${error.message}`);
        });
      },
    },
    report,
  );
  const child = spawn(python, [join(__dirname, 'solve.py')], {
    env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  createInterface(child.stdout).on('line', (line) => {
    const reply = JSON.parse(line) as Answer | { readonly error: string };
    const next = waiting.shift();
    if ('error' in reply) next?.reject(new Error(`cvc5: ${reply.error}`));
    else next?.resolve(reply);
  });
  child.once('error', (error) => failAll(error));
  child.once('exit', (code) => failAll(new Error(`cvc5 exited with ${code}`)));
  const failAll = (error: Error) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  return {
    ask: (script, milliseconds = MILLISECONDS) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ script, milliseconds })}\n`);
      }),
    close: () => {
      child.stdin.end();
    },
  };
}

/** A solver that answers a query that it has answered before from memory. */
export function remembering(solver: Solver): Solver {
  const answers = new Map<string, Promise<Answer>>();
  return {
    ask(script, milliseconds) {
      const answer = answers.get(script) ?? solver.ask(script, milliseconds);
      answers.set(script, answer);
      return answer;
    },
    close: () => solver.close(),
  };
}
