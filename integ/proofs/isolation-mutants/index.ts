import { parseArgs } from 'node:util';
import { proof } from '../../kit/proof';
import { proofArguments } from '../../kit/proof-arguments';
import { EXAMPLE, sources } from '../isolation/source';
import { CLUBS, SCHOOLS } from '../isolation-for-all/declared';
import { remembering, startSolver } from '../isolation-for-all/solver';
import { byOperator, lineOf, summary } from './figures';
import { OPERATORS } from './mutants';
import { type Examined, examineMutants } from './run';

const USAGE = '[--mutants <of each app>] [--random <requests>] [--seed <number>] [--only "<operator> <number>"]';

/** Of each app, of all of them, and of each operator. */
const LEAST = { mutants: 300, harmful: 100, harmfulOfEach: 5 };

/**
 * `npx projen prove isolation-mutants`: mutants of the policies of two apps. Requests decide which ones are harmful, and the proof must find
 * each of them.
 */
export default proof(
  'isolation-mutants',
  { shows: 'The proof for all ids finds each harmful mutant of the policies', minutes: 120, usage: USAGE },
  async ({ progress, args, use }) => {
    const started = Date.now();
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args: [...args], options: { mutants: text, random: text, seed: text, only: text } });
    const check = proofArguments(USAGE);
    const options = {
      mutants: check.integer('mutants', values.mutants ?? '420', 1),
      random: check.integer('random', values.random ?? '10000', 0),
      seed: check.integer('seed', values.seed ?? '20266', 0),
      only: values.only,
    };
    const apps = await sources(undefined, progress.step);
    const solvers = [1, 2].map(async () => use(remembering(await startSolver(progress.step))));
    const all: Examined[] = [];
    for (const { assembly, platform, contents } of apps) {
      const expected = assembly === EXAMPLE ? SCHOOLS : CLUBS;
      const subject = { name: assembly, templates: { directory: assembly, contents }, platform, expected };
      await examineMutants(await Promise.all(solvers), subject, options, (examined) => {
        all.push(examined);
        const line = lineOf(examined);
        if (line !== undefined) process.stderr.write(`${line}\n`);
        progress.count('mutants', all.length, options.mutants * apps.length);
      });
    }

    const { figures, promises } = summary(all);
    const ofEach = byOperator(
      all,
      OPERATORS.map(({ name }) => name),
    );
    return {
      figures: { seed: options.seed, ...figures, byOperator: ofEach, seconds: Math.round((Date.now() - started) / 1000) },
      promises: {
        ...promises,
        'enough mutants of each app': apps.every(({ assembly }) => all.filter(({ app }) => app === assembly).length >= LEAST.mutants),
        'enough of them are harmful': figures.harmful >= LEAST.harmful,
        'each operator makes harmful ones': Object.values(ofEach).every(({ harmful }) => harmful >= LEAST.harmfulOfEach),
      },
    };
  },
);
