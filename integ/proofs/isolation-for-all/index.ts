import { TENANT_ID_PATTERN } from '../../../src/runtime/tenant-id';
import { proof } from '../../kit/proof';
import { MISTAKES } from '../isolation/broken';
import { NotSupported } from '../isolation/not-supported';
import { EXAMPLE, OWN, type Source, sources } from '../isolation/source';
import { statementsOf, trustOf } from '../isolation/statements';
import { TEMPLATE_MISTAKES, withMistake } from './broken-templates';
import { type Comparison, compareOpenings, compareRequests } from './compare';
import { CLUBS, SCHOOLS } from './declared';
import { type Expected, NOTHING_EXPECTED } from './expected';
import { examine, type Finding, findings } from './findings';
import { idsAreSeparatorFree, type Proof, prove } from './prove';
import { remembering, type Solver, startSolver } from './solver';

const COMPARED = 500;
const COMPARED_OF_A_BROKEN_COPY = 100;
const SEED = 20265;

/** `npx projen prove isolation-for-all [cdk.out]`: proves isolation for all tenant ids, keys and names, with a solver. */
export default proof(
  'isolation-for-all',
  { shows: "No tenant's request reaches another tenant, proven for all ids with a solver", minutes: 15, usage: '[path/to/cdk.out]' },
  async ({ progress, args }) => {
    const started = Date.now();
    const subjects = await sources(args[0], progress.step);
    const solver = remembering(await startSolver(progress.step));
    try {
      const roles = subjects.flatMap(({ platform }) => platform.roles);
      const separatorFree = await idsAreSeparatorFree(solver, TENANT_ID_PATTERN);
      progress.step(`no id that matches ${TENANT_ID_PATTERN} has a separator: ${separatorFree ? 'proved' : 'NOT PROVED'}`);
      const [proofs, comparisons] = await proveAll(solver, subjects, COMPARED, true);
      for (const { questions, ownReached } of proofs) progress.step(`${questions} queries; own data is reached in ${ownReached} ways`);

      const open = proofs.flatMap(({ indexWritesOpen }) => indexWritesOpen);
      const left = subjects.flatMap((subject) => subject.left ?? []);
      const found: string[] = [];
      const doubts = proofs.flatMap((proof) => proof.doubts);
      let brokenCopies = 0;
      for (const mistake of MISTAKES) {
        const broken = subjects.map(({ assembly, platform }) => ({
          assembly,
          platform: { ...platform, roles: platform.roles.flatMap((role) => mistake.apply(role, true) ?? []) },
        }));
        const [copies, compared] = await proveAll(solver, broken, COMPARED_OF_A_BROKEN_COPY, false);
        comparisons.push(...compared);
        brokenCopies += copies.length > 0 ? 1 : 0;
        const broke = copies.map(({ counterexamples, indexWritesOpen }) => [
          ...counterexamples,
          ...indexWritesOpen.filter((line) => !open.includes(line)),
        ]);
        const each = copies.length > 0 && broke.every((lines) => lines.length > 0);
        if (each) found.push(mistake.name);
        const unconfirmed = copies.flatMap((copy) => copy.doubts);
        doubts.push(...unconfirmed.map((doubt) => `${mistake.name}: ${doubt}`));
        progress.step(`${mistake.name}: ${each ? broke[0][0] : copies.length === 0 ? 'does not apply' : 'NOT FOUND'}`);
      }

      const examined = await Promise.all(subjects.map((subject) => examine(solver, templatesOf(subject), expectedOf(subject))));
      const reached = examined.flatMap(({ findings: all }) => all);
      for (const { principals, accesses } of examined)
        progress.step(`${principals} principals, ${accesses} accesses that are not declared`);
      doubts.push(...examined.flatMap(({ unanswered }) => unanswered));
      const brokenTemplates: string[] = [];
      for (const mistake of TEMPLATE_MISTAKES) {
        const each = await Promise.all(subjects.map((subject) => foundIn(solver, subject, mistake)));
        if (each.every(({ isFound }) => isFound)) brokenTemplates.push(mistake.name);
        doubts.push(...each.flatMap((one) => one.doubts.map((doubt) => `${mistake.name}: ${doubt}`)));
        progress.step(`${mistake.name}: ${each.map(({ line }) => line).join('; ')}`);
      }

      const counterexamples = [...proofs.flatMap((proof) => proof.counterexamples), ...reached.map(lineOf)];
      const differences = comparisons.flatMap((comparison) => comparison.differences);
      for (const line of [...counterexamples, ...doubts, ...differences].slice(0, 40)) process.stderr.write(`${line}\n`);
      return {
        figures: {
          proved: counterexamples.length === 0 && doubts.length === 0 && differences.length === 0 && separatorFree,
          statements: roles.flatMap((role) => [...statementsOf(role), ...trustOf(role)]).length,
          brokenCopies,
          counterexamples: found.length,
          principals: examined.reduce((sum, { principals }) => sum + principals, 0),
          reached: reached.length,
          brokenTemplates: brokenTemplates.length,
          roles: roles.length,
          questions: proofs.reduce((sum, { questions }) => sum + questions, 0),
          ownReached: proofs.reduce((sum, { ownReached }) => sum + ownReached, 0),
          indexWrites: { denied: proofs.reduce((sum, { indexWritesDenied }) => sum + indexWritesDenied, 0), notDecidedByIam: open.length },
          comparedWithSimulator: comparisons.reduce((sum, { compared }) => sum + compared, 0),
          seconds: Math.round((Date.now() - started) / 100) / 10,
        },
        promises: {
          'no id has a separator': separatorFree,
          'no session reaches another tenant’s data': counterexamples.length === reached.length,
          'nobody reaches what is not declared': reached.length === 0,
          'each broken template is found': brokenTemplates.length === TEMPLATE_MISTAKES.length,
          'the solver answers every query, and the evaluator confirms every answer': doubts.length === 0,
          'the encoding and the evaluator agree': differences.length === 0,
          'every role reaches its own data': proofs.every(({ ownReached }) => ownReached > 0),
          'no session sets an index key, except those that the app leaves to its writers':
            subjects.some((subject) => subject.left === undefined) || [...open].sort().join() === [...left].sort().join(),
          'a broken copy could be made for each mistake': brokenCopies === MISTAKES.length,
          'each broken copy has a counterexample': found.length === MISTAKES.length,
        },
      };
    } finally {
      solver.close();
    }
  },
);

/** What the app declares. For an app without declarations, everything that is reached is a finding. */
function expectedOf({ assembly }: Source): Expected {
  return assembly === OWN ? CLUBS : assembly === EXAMPLE ? SCHOOLS : NOTHING_EXPECTED;
}

function templatesOf({ assembly, contents }: Source) {
  return { directory: assembly, contents };
}

function lineOf({ principal, reaches, tags, request, given }: Finding): string {
  return `${principal} reaches ${reaches.resource} by ${reaches.action}: ${JSON.stringify({ tags, ...request, given })}`;
}

/** Whether a mistake in the templates is found: by a finding, or by an error that names what is not read. */
async function foundIn(solver: Solver, subject: Source, mistake: (typeof TEMPLATE_MISTAKES)[number]) {
  try {
    const all = await findings(solver, withMistake(templatesOf(subject), mistake), expectedOf(subject));
    const unconfirmed = all.filter(({ confirmed }) => !confirmed).map((finding) => `the evaluator denies it: ${lineOf(finding)}`);
    return { isFound: all.length > 0, doubts: unconfirmed, line: all.length > 0 ? lineOf(all[0]) : 'NOT FOUND' };
  } catch (error) {
    if (!(error instanceof NotSupported)) throw error;
    return { isFound: true, doubts: [], line: error.message };
  }
}

/** Proves all roles of all platforms, and compares encoding and evaluator on each. */
async function proveAll(
  solver: Solver,
  subjects: readonly Pick<Source, 'platform'>[],
  count: number,
  whole: boolean,
): Promise<[Proof[], Comparison[]]> {
  const proofs: Proof[] = [];
  const comparisons: Comparison[] = [];
  for (const { platform } of subjects) {
    for (const role of platform.roles) {
      proofs.push(await prove(solver, role, platform, { ids: TENANT_ID_PATTERN, whole }));
      comparisons.push(await compareRequests(solver, role, platform, count, SEED), await compareOpenings(solver, role));
    }
  }
  return [proofs, comparisons];
}
