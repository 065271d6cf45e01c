import { createProgress, type Progress } from './progress';

export interface ProofOptions {
  /** What it shows, in one line. `npx projen prove` prints it next to the name. */
  readonly shows: string;
  /** Arguments that it accepts after its name. @default - none */
  readonly usage?: string;
  /** Timeout in minutes: more than the proof takes on a busy machine with two cores. */
  readonly minutes: number;
}

export interface ProofContext {
  readonly progress: Progress;
  /** The arguments after its name on the command line. */
  readonly args: readonly string[];
  /** Registers something to close when the proof ends or fails, in reverse order. */
  use<T extends Closable>(part: T): T;
}

export interface Closable {
  close(): void | Promise<void>;
}

/** The result: figures for the reader, and whether each promise was kept. */
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

/** The end of a proof: lines for standard error, and one line of JSON, which is the last line of standard output. */
export interface Result {
  readonly passed: boolean;
  readonly problems: readonly string[];
  readonly line?: string;
}

/** Runs a proof until it ends or reaches its timeout. */
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
      () =>
        resolve({
          passed: false,
          problems: [`${proof.name} timed out after ${proof.minutes} minutes, at this step: ${progress.current()}`],
        }),
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
  const problems = broken.map((promise) => `failed: ${promise}`);
  if (Object.keys(promises).length === 0) problems.push('the proof has no promises');
  return { passed: problems.length === 0, problems, line: JSON.stringify(figures) };
}

/** Errors whose message is complete: their stack would not help the person who runs the proof. */
const COMPLETE_MESSAGES = ['NotSupported', 'AssemblyError', 'EngineError', 'UsageError'];

function failed(error: unknown): Result {
  const complete = error instanceof Error && COMPLETE_MESSAGES.includes(error.name);
  return { passed: false, problems: [complete ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}
