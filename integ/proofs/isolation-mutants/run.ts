import { NotSupported } from '../isolation/not-supported';
import type { Platform } from '../isolation/platform';
import type { Expected } from '../isolation-for-all/expected';
import { type Finding, findings } from '../isolation-for-all/findings';
import type { Solver } from '../isolation-for-all/solver';
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
  /** Whether the evaluation allows the request of a finding. */
  readonly isConfirmed: boolean;
}

/** How many mutants are examined at the same time: the solver is a process of its own. */
const AT_ONCE = 4;

/** Decides about each mutant by requests, and asks the proof. @throws if one of them finds something in the app itself */
export async function examineMutants(
  solver: Solver,
  { name: app, templates, platform, expected }: Subject,
  { mutants: count, random, seed, only }: RunOptions,
  done: (examined: Examined) => void,
): Promise<void> {
  const { judge } = createJudge(templates, platform, seed);
  const { harm } = judge(templates, random, seed);
  if (harm !== undefined) throw new Error(`${app}: a foreign request is allowed before any change: ${JSON.stringify(harm)}`);
  const [first] = await findings(solver, templates, expected);
  if (first !== undefined) throw new Error(`${app}: the proof finds something before any change: ${JSON.stringify(first)}`);

  const [configuration] = configurationsOf(templates);
  const all = mutantsOf(templates, configuration.assembly, { count, seed }).filter((mutant) => only === undefined || mutant.name === only);
  const waiting = [...all.entries()];
  const examine = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, { templates: changed, ...mutant }] = next;
      const verdict = judge(changed, random, seed + number);
      const { found, stopped } = await answerOf(findings(solver, changed, expected));
      // Only what the requests did not find has to be confirmed.
      const isConfirmed = verdict.harm !== undefined || found.some((finding) => confirms(changed, platform, finding));
      done({ app, ...mutant, ...verdict, findings: found, stopped, isConfirmed });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, examine));
}

async function answerOf(answer: Promise<readonly Finding[]>): Promise<{ readonly found: readonly Finding[]; readonly stopped?: string }> {
  try {
    return { found: await answer };
  } catch (error) {
    if (error instanceof NotSupported) return { found: [], stopped: error.message };
    throw error;
  }
}
