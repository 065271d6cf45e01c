import { loadAssembly } from './assembly';
import type { Assembly, Coverage, Sandbox, SandboxOptions } from './contracts';
import { assess } from './coverage';
import { installEngines, startEngines } from './engines';
import { createClock } from './process/clock';
import { closing } from './process/closing';
import { sayOnce } from './process/once';
import { resourceTypes, services } from './services';
import { keyFindingsOf, startServices } from './start-services';

/**
 * Runs a cloud assembly on this machine until it is closed, or the process is told to end; then nothing of it is left.
 *
 * Throws an `AssemblyError` when there is no assembly to read, and an error that names everything that cannot be run faithfully;
 * nothing was started then.
 */
export async function startSandbox(directory: string, options: SandboxOptions = {}): Promise<Sandbox> {
  const { report = () => {}, onLog = () => {}, strict = false } = options;
  const clock = createClock(options.speed ?? 1);
  const assembly = loadAssembly(directory, resourceTypes);
  const coverage = assess(assembly, resourceTypes);
  const leaveOut = leavingOut(report);
  const { leftOut, failing, undecided } = validate(assembly, coverage, { strict, freshAccount: options.freshAccount ?? false });
  for (const problem of leftOut) leaveOut(problem);
  report(`${count(assembly.resources.length, 'resource')} of ${count(assembly.stacks.length, 'stack')} loaded`);
  for (const line of missing(coverage, assembly.placeholders())) {
    report(line);
  }

  for (const line of failing) report(`will fail: ${line}`);
  for (const line of undecided) report(`not decided: ${line}`);

  const running = closing();
  try {
    const programs = Promise.allSettled(services.map((service) => service.prepare?.(assembly, report)));
    const engines = await running.add(await startEngines(await installEngines(report), report));
    await programs;
    await Promise.all(services.map((service) => service.provision?.({ assembly, engines, clock })));
    report('tables, queues and buckets are made');
    const customResources = options.customResources ?? (({ type }) => !type.startsWith('Custom::DeployAssert@'));
    const parts = { assembly, engines, clock, strict, report, onLog, leaveOut, customResources, running, accessLog: options.accessLog };
    const { endpoint, use, ready } = await startServices(services, parts);
    const once = sayOnce(report);
    endpoint.onDenial(({ principal, check, message }) => once([principal, check.action, check.resource], `denied: ${message}`));
    await ready();
    report('APIs and event sources are up');
    return {
      ...{ assembly, coverage, clock, engines, endpoint, close: running.close },
      ...{ logs: use('logs'), functions: use('functions'), userPools: use('userPools'), restApis: use('restApis') },
    };
  } catch (error) {
    await running.close();
    throw error;
  }
}

function leavingOut(report: (line: string) => void): (problem: string) => void {
  const once = sayOnce((line) => report(`left out: ${line}`));
  return (problem) => once([problem], problem);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What is reported of an assembly that starts. */
interface Remarks {
  readonly leftOut: readonly string[];
  /** What is deployed, and fails at each use. */
  readonly failing: readonly string[];
  /** What only AWS can decide. */
  readonly undecided: readonly string[];
}

/**
 * Throws everything that stops a start at once: what is not supported of what would run, and values that CloudFormation could not deploy;
 * with `strict` also types that are not supported, what would be left out, and what would fail at each use.
 */
function validate(
  assembly: Assembly,
  coverage: Coverage,
  { strict, freshAccount }: { readonly strict: boolean; readonly freshAccount: boolean },
): Remarks {
  const unknown = new Set(
    coverage.entries.filter(({ supported }) => !supported).map(({ resource }) => `${resource.type} is not supported (${resource.id})`),
  );
  const unsupported = coverage.problems.filter((problem) => strict || !unknown.has(problem));
  // An expression without a value is a problem of the coverage; who reads values would stop at it.
  const attempted = <T>(read: () => T, nothing: T) => attempt(read, nothing, coverage.problems.length > 0);
  const leftOut = services.flatMap((service) => attempted(() => service.unsupported?.(assembly) ?? [], []));
  const invalid = services.flatMap((service) => attempted(() => service.invalid?.(assembly) ?? [], []));
  const { rejected, failing, undecided } = attempted(() => keyFindingsOf(services, assembly), { rejected: [], failing: [], undecided: [] });
  const missing = freshAccount ? services.flatMap((service) => attempted(() => service.missingInFreshAccount?.(assembly) ?? [], [])) : [];
  const problems = new Set([...unsupported, ...invalid, ...rejected, ...missing, ...(strict ? [...leftOut, ...failing] : [])]);
  if (problems.size > 0) {
    throw new Error(`This assembly cannot be run faithfully:\n${[...problems].map((problem) => `  ${problem}`).join('\n')}`);
  }
  return { leftOut, failing, undecided };
}

/** What a reader of values finds; nothing where it fails at what is reported already. */
function attempt<T>(read: () => T, nothing: T, reported: boolean): T {
  try {
    return read();
  } catch (error) {
    if (reported) return nothing;
    throw error;
  }
}

/** What an assembly with unknown types has to do without. */
function missing(coverage: Coverage, placeholders: readonly string[]): string[] {
  const types = new Map<string, number>();
  for (const { resource } of coverage.entries.filter((entry) => !entry.supported)) {
    types.set(resource.type, (types.get(resource.type) ?? 0) + 1);
  }
  return [
    ...[...types].map(([type, number]) => `${type} is not supported: ${number === 1 ? 'it is' : `${number} are`} missing here`),
    ...placeholders.map((value) => `made up: ${value}`),
  ];
}
