import { createProgress, type Progress } from './progress';

export interface ProofOptions {
  /** What it shows, in one line: `npx projen prove` prints it beside the name. */
  readonly shows: string;
  /** Arguments that it takes behind its name. @default - none */
  readonly usage?: string;
  /** After so many minutes it has failed, wherever it is: more than it takes on a busy machine with two cores. */
  readonly minutes: number;
}

export interface ProofContext {
  readonly progress: Progress;
  /** What stands behind its name on the command line. */
  readonly args: readonly string[];
  /** What it started: closed when it is done or fails, the last one first. */
  use<T extends Closable>(part: T): T;
}

export interface Closable {
  close(): void | Promise<void>;
}

/** What came of it: figures for the reader, and for each promise whether it was kept. */
export interface Outcome {
  readonly figures: object;
  readonly promises: Readonly<Record<string, boolean>>;
}

/** A scenario with figures, run by `npx projen prove <name>`. */
export interface Proof extends ProofOptions {
  readonly name: string;
  run(context: ProofContext): Promise<Outcome>;
}

/**
 * A proof, to be the default export of `integ/proofs/<name>/index.ts`.
 *
 * @param name the name of its folder
 * @param run what it does; an error fails it
 */
export function proof(name: string, options: ProofOptions, run: Proof['run']): Proof {
  return { name, ...options, run };
}

/** How a proof ends: the lines for standard error, and the one line of JSON that is the last line of standard output. */
export interface Result {
  readonly passed: boolean;
  readonly problems: readonly string[];
  readonly line?: string;
}

/** Runs a proof to its end, or to the end of its time. */
export async function runProof(proof: Proof, args: readonly string[], progress = createProgress()): Promise<Result> {
  const parts: Closable[] = [];
  const use = <T extends Closable>(part: T): T => {
    parts.push(part);
    return part;
  };
  const run = async () => {
    try {
      return await proof.run({ progress, args, use });
    } finally {
      for (const part of parts.splice(0).reverse()) await part.close();
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((resolve) => {
    timer = setTimeout(
      () => resolve({ passed: false, problems: [`${proof.name} is not done after ${proof.minutes} minutes, at: ${progress.current()}`] }),
      proof.minutes * 60_000,
    );
  });
  try {
    return await Promise.race([late, run().then(resultOf, failed)]);
  } finally {
    clearTimeout(timer);
    progress.close();
  }
}

function resultOf({ figures, promises }: Outcome): Result {
  const broken = Object.keys(promises).filter((promise) => !promises[promise]);
  const problems = broken.map((promise) => `not true: ${promise}`);
  if (Object.keys(promises).length === 0) problems.push('it promises nothing');
  return { passed: problems.length === 0, problems, line: JSON.stringify(figures) };
}

/** Errors that say all in their message, for whoever runs the proof. */
const COMPLETE_MESSAGES = ['NotSupported', 'AssemblyError', 'EngineError', 'UsageError'];

function failed(error: unknown): Result {
  const told = error instanceof Error && COMPLETE_MESSAGES.includes(error.name);
  return { passed: false, problems: [told ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}
