import { NotSupported } from '../isolation/not-supported';
import type { Platform } from '../isolation/platform';
import type { Expected } from '../isolation-for-all/expected';
import { examine, type Finding } from '../isolation-for-all/findings';
import type { Answer, Solver } from '../isolation-for-all/solver';
import { configurationsOf, type Templates } from './configurations';
import { confirms } from './confirm';
import { createJudge } from './judge';
import { type Mutant, mutantsOf } from './mutants';
import type { Harm } from './tenants';

/** An app whose policies are changed. */
export interface Subject {
  readonly name: string;
  readonly templates: Templates;
  readonly platform: Platform;
  readonly expected: Expected;
}

export interface RunOptions {
  /** Mutants of each app, at least. */
  readonly mutants: number;
  /** Random requests for each mutant, in each configuration. */
  readonly random: number;
  readonly seed: number;
  /** `drop-condition 7` @default - all */
  readonly only?: string;
}

/** A mutant, with what the requests say about it and what the proof says. */
export interface Examined extends Omit<Mutant, 'templates'> {
  readonly app: string;
  /** A foreign request that is allowed. */
  readonly harm?: Harm;
  readonly requests: number;
  /** What the proof found. */
  readonly findings: readonly Finding[];
  /** Why the proof stopped without an answer. */
  readonly stopped?: string;
  /** A query of the proof to which the solver had no answer in time, so that the proof did not pass the mutant. */
  readonly unanswered?: string;
  /** Whether the evaluation allows the request of a finding. */
  readonly isConfirmed: boolean;
}

/** Some patterns that mutants have are hard for the solver: it has this time for a query, and for all queries of a mutant. */
const QUERY_MS = 3_000;
const MUTANT_MS = 60_000;

/**
 * Decides about each mutant by requests, and asks the proof.
 *
 * @param solvers as many mutants are examined at the same time
 * @throws if requests or the proof find something in the app itself
 */
export async function examineMutants(
  solvers: readonly Solver[],
  { name: app, templates, platform, expected }: Subject,
  { mutants: count, random, seed, only }: RunOptions,
  done: (examined: Examined) => void,
): Promise<void> {
  const { judge } = createJudge(templates, platform, seed);
  const { harm } = judge(templates, random, seed);
  if (harm !== undefined) throw new Error(`${app}: a foreign request is allowed before any change: ${JSON.stringify(harm)}`);
  const [before] = await Promise.all(solvers.map((solver) => examine(solver, templates, expected)));
  const [first] = before.findings;
  if (first !== undefined) throw new Error(`${app}: the proof finds something before any change: ${JSON.stringify(first)}`);

  const [configuration] = configurationsOf(templates);
  const all = mutantsOf(templates, configuration.assembly, { count, seed }).filter((mutant) => only === undefined || mutant.name === only);
  const waiting = [...all.entries()];
  const examineNext = async (solver: Solver) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, { templates: changed, ...mutant }] = next;
      const verdict = judge(changed, random, seed + number);
      const answer = await answerOf(examine(limited(solver), changed, expected));
      // Only what the requests did not find has to be confirmed.
      const isConfirmed = verdict.harm !== undefined || answer.findings.some((finding) => confirms(changed, platform, finding));
      done({ app, ...mutant, ...verdict, ...answer, isConfirmed });
    }
  };
  await Promise.all(solvers.map(examineNext));
}

async function answerOf(answer: ReturnType<typeof examine>): Promise<Pick<Examined, 'findings' | 'stopped' | 'unanswered'>> {
  try {
    const { findings, unanswered } = await answer;
    return { findings, unanswered: unanswered[0] };
  } catch (error) {
    if (error instanceof NotSupported) return { findings: [], stopped: error.message };
    throw error;
  }
}

/** A solver for one mutant: one query at a time, and no answers after the time of the mutant. */
function limited(solver: Solver): Solver {
  let spent = 0;
  let last: Promise<unknown> = Promise.resolve();
  const next = async (script: string): Promise<Answer> => {
    if (spent > MUTANT_MS) return { answer: 'unknown', values: {} };
    const started = performance.now();
    const answer = await solver.ask(script, QUERY_MS);
    spent += performance.now() - started;
    return answer;
  };
  return {
    ask(script) {
      const answer = last.then(() => next(script));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: () => solver.close(),
  };
}
