import { proof } from '../../kit/proof';
import { MISTAKES, type Mistake } from './broken';
import { examineCases, examineRandom, sum } from './examine';
import { examineIndexes, sumOfIndexes } from './indexes';
import type { Platform, TenantRole } from './platform';
import { type Source, sources } from './source';

const RANDOM = 100_000;
const RANDOM_OF_A_BROKEN_COPY = 2_000;
const SEED = 20264;

/** `npx projen prove isolation [cdk.out]`: no tenant's session reaches another tenant's data, whatever it requests. */
export default proof(
  'isolation',
  { shows: "No tenant's request reaches another tenant, by evaluation of the policies", minutes: 15, usage: '[path/to/cdk.out]' },
  async ({ progress, args }) => {
    const started = Date.now();
    const subjects = await sources(args[0], progress.step);
    const cases = sum(
      subjects.flatMap(({ assembly, platform }) => {
        progress.step(`${assembly}: ${platform.roles.map(({ path }) => path).join(', ')}: every case of every action`);
        return platform.roles.map((role) => examineCases(role, platform));
      }),
    );
    const indexes = sumOfIndexes(subjects.flatMap(({ platform }) => platform.roles.map((role) => examineIndexes(role, platform))));
    for (const line of indexes.writes.open) progress.step(`not decided by IAM, left to the writer's code: ${line}`);
    const left = subjects.flatMap((subject) => subject.left ?? []);
    const share = Math.ceil(RANDOM / subjects.length);
    const random = sum(
      subjects.map(({ platform }, number) =>
        examineRandom(platform.roles, platform, { count: share, seed: SEED + number }, (done) =>
          progress.count('random requests', number * share + done, subjects.length * share),
        ),
      ),
    );
    const copies = subjects.flatMap((subject) => MISTAKES.map((mistake) => breakIt(subject, mistake, progress.step)));

    for (const row of [...cases.breaches, ...random.breaches, ...cases.surprises, ...random.surprises].slice(0, 40))
      process.stderr.write(`${row}\n`);
    const all = sum([cases, random]);
    // An app without buckets has no prefix to break, so each mistake needs a broken copy in at least one app. Every copy must be detected.
    const made = copies.filter(({ transformed }) => transformed > 0);
    const byMistake = (holds: (copy: BrokenCopy) => boolean) =>
      MISTAKES.map(({ name }) => made.filter((copy) => copy.mistake === name)).filter((some) => some.length > 0 && some.every(holds));
    const broken = byMistake(() => true).length;
    const found = byMistake(({ transformed, found }) => found === transformed).length;
    return {
      figures: {
        requests: all.requests,
        ownAllowed: all.ownAllowed,
        crossAllowed: all.crossAllowed,
        cases: cases.requests,
        random: random.requests,
        indexReads: { asked: indexes.reads, denied: indexes.readsDenied },
        indexWrites: { ownKey: indexes.writes.ownKey, denied: indexes.writes.denied, notDecidedByIam: indexes.writes.open.length },
        roles: subjects.flatMap(({ platform }) => platform.roles).length,
        brokenCopies: broken,
        breachesFound: found,
        heldByDenialsAlone: byMistake(({ heldByDenials }) => heldByDenials).length,
        seconds: Math.round((Date.now() - started) / 100) / 10,
      },
      promises: {
        'at least 100,000 random requests': random.requests >= RANDOM,
        'no tenant reaches another tenant’s data': all.crossAllowed === 0 && cases.breaches.length === 0,
        'every case has the expected outcome': cases.surprises.length === 0,
        'every tenant reaches its own data': all.ownDenied === 0 && random.ownAllowed > RANDOM / 10,
        'no tenant reads another tenant’s index partition': indexes.readsDenied === indexes.reads,
        'IAM decides all writes into indexes, except those that the app leaves to its writers':
          subjects.some((subject) => subject.left === undefined) || sameLines(indexes.writes.open, left),
        'a broken copy could be made for each mistake': broken === MISTAKES.length,
        'the breach in each broken copy is found': found === MISTAKES.length,
      },
    };
  },
);

interface BrokenCopy {
  readonly mistake: string;
  /** The roles to which the mistake applies, and those in which the breach was found. */
  readonly transformed: number;
  readonly found: number;
  /** Whether no breach is found while the denials remain. */
  readonly heldByDenials: boolean;
}

/** Runs the same evaluation on a broken copy of each role. */
function breakIt({ platform }: Source, mistake: Mistake, report: (line: string) => void): BrokenCopy {
  const brokenRoles = (denials: boolean) => platform.roles.flatMap((role) => mistake.apply(role, denials) ?? []);
  const broken = brokenRoles(true);
  const before = platform.roles.flatMap((role) => examineIndexes(role, platform).writes.open);
  const findings = broken.map((role) => examined(role, platform, before));
  if (broken.length === 0) report(`${mistake.name}: does not apply to this app`);
  for (const breaches of findings)
    report(`${mistake.name}: ${breaches.length === 0 ? 'NOT FOUND' : `${breaches.length} breaches: ${breaches[0]}`}`);
  return {
    mistake: mistake.name,
    transformed: broken.length,
    found: findings.filter((breaches) => breaches.length > 0).length,
    heldByDenials: brokenRoles(false).every(
      (role) => examineCases(role, platform).breaches.length === 0 && openedIndexes(role, platform, before).length === 0,
    ),
  };
}

/** What a broken role reaches: other tenants' data, and index keys that the original role cannot write. */
function examined(role: TenantRole, platform: Platform, before: readonly string[]): readonly string[] {
  const random = examineRandom([role], platform, { count: RANDOM_OF_A_BROKEN_COPY, seed: SEED });
  return [...sum([examineCases(role, platform), random]).breaches, ...openedIndexes(role, platform, before)];
}

function openedIndexes(role: TenantRole, platform: Platform, before: readonly string[]): string[] {
  return examineIndexes(role, platform).writes.open.filter((line) => !before.includes(line));
}

function sameLines(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join('\n') === [...others].sort().join('\n');
}
