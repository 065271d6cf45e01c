import { resourceOf } from './assembly/errors';
import type { Assembly, Coverage, Problem } from './contracts';
import type { KeyFindings } from './iam/key-findings';
import type { ServiceModule, Settings } from './service-module';
import { keyFindingsOf, unsupportedConditionKeysOf } from './start-services';
import { unknown } from './unknown';

/** What is reported about an assembly that starts. */
export interface Remarks {
  /** Resources that are left out of the assembly, and single values of other resources. */
  readonly leftOut: readonly string[];
  /** The entries of `leftOut` that are values of resources that run. */
  readonly values: readonly string[];
  /** What deploys but fails at each use. */
  readonly failing: readonly string[];
  /** What only AWS can evaluate. */
  readonly undecided: readonly string[];
}

export interface ValidateOptions {
  readonly strict: boolean;
  readonly freshAccount: boolean;
  readonly settings: Settings;
}

/**
 * Finds what the sandbox can't run and what CloudFormation could not deploy. With `strict`, one error lists all of it, including
 * unsupported types and what would fail at each use. Without it, those resources are left out, together with the resources that depend on
 * them.
 *
 * @throws with everything that stops the start, one line each
 */
export function validate(
  services: readonly ServiceModule[],
  assembly: Assembly,
  coverage: Coverage,
  { strict, freshAccount, settings }: ValidateOptions,
): Remarks {
  const read = (service: ServiceModule) => attempt(() => service.missingInFreshAccount?.(assembly) ?? [], [], coverage.problems.length > 0);
  const missing = freshAccount ? services.flatMap(read) : [];
  const parts = { services, assembly, coverage, missing, settings };
  return strict ? validateAll(parts) : leaveOutInvalid(parts);
}

interface Parts {
  readonly services: readonly ServiceModule[];
  readonly assembly: Assembly;
  readonly coverage: Coverage;
  /** What is missing in a fresh account. */
  readonly missing: readonly string[];
  readonly settings: Settings;
}

function validateAll({ services, assembly, coverage, missing, settings }: Parts): Remarks {
  // The coverage already reports expressions without a value; readers of values would throw at them again.
  const attempted = <T>(read: () => T, nothing: T) => attempt(read, nothing, coverage.problems.length > 0);
  const values = [
    ...services.flatMap((service) => attempted(() => service.unsupported?.(assembly, settings) ?? [], [])),
    ...attempted(() => unsupportedConditionKeysOf(services, assembly), []),
  ];
  const invalid = services.flatMap((service) => attempted(() => service.invalid?.(assembly, settings) ?? [], []));
  const { rejected, failing, undecided } = attempted(() => keyFindingsOf(services, assembly), NO_FINDINGS);
  stopAt([...coverage.problems, ...texts(invalid), ...texts(rejected), ...missing, ...values, ...failing]);
  return { leftOut: [], values: [], failing: [], undecided };
}

/** Leaving out one resource can make another one invalid, so this repeats until nothing more is found. */
function leaveOutInvalid({ services, assembly, coverage, missing, settings }: Parts): Remarks {
  stopAt(missing);
  const supported = coverage.entries.filter((entry) => entry.supported);
  leaveOut(
    assembly,
    supported.flatMap(({ resource, problems }) => problems.map((message) => ({ resource, message }))),
  );
  leaveOut(assembly, unknown(assembly, services, new Set(services.flatMap((service) => service.late ?? []))));
  let findings = NO_FINDINGS;
  for (let found: readonly Problem[] | undefined; found === undefined || found.length > 0; ) {
    try {
      findings = keyFindingsOf(services, assembly);
      found = [...services.flatMap((service) => service.invalid?.(assembly, settings) ?? []), ...findings.rejected];
    } catch (error) {
      found = [problemOf(error)];
    }
    leaveOut(assembly, found);
  }
  const values = [
    ...services.flatMap((service) => attempt(() => service.unsupported?.(assembly, settings) ?? [], [], true)),
    ...attempt(() => unsupportedConditionKeysOf(services, assembly), [], true),
  ];
  return { leftOut: [...assembly.leftOut.values(), ...values], values, failing: findings.failing, undecided: findings.undecided };
}

const NO_FINDINGS: KeyFindings = { rejected: [], failing: [], undecided: [] };

function leaveOut(assembly: Assembly, problems: readonly Problem[]): void {
  for (const { resource } of problems) {
    const own = problems.filter((problem) => problem.resource === resource).map(({ message }) => message);
    assembly.leaveOut(resource, [...new Set(own)].join('; '));
  }
}

function problemOf(error: unknown): Problem {
  const resource = resourceOf(error);
  if (resource === undefined) throw error;
  return { resource, message: (error as Error).message };
}

function stopAt(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new Error(`This assembly cannot run in the sandbox:\n${[...new Set(problems)].map((problem) => `  ${problem}`).join('\n')}`);
  }
}

const texts = (problems: readonly Problem[]): string[] => problems.map(({ message }) => message);

/** The result of `read`, or `nothing` if it fails because of a problem that is already reported. */
function attempt<T>(read: () => T, nothing: T, reported: boolean): T {
  try {
    return read();
  } catch (error) {
    if (reported) return nothing;
    throw error;
  }
}
