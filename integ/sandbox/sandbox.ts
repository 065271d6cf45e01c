import { resolve } from 'node:path';
import { loadAssembly } from './assembly';
import type { Assembly, Coverage, Sandbox, SandboxOptions } from './contracts';
import { assess, withLeftOut } from './coverage';
import { installEngines, startEngines } from './engines';
import { createClock } from './process/clock';
import { closing } from './process/closing';
import { readHosts } from './process/hosts';
import { readImages } from './process/images';
import { keptClock } from './process/kept-clock';
import { reportOnce } from './process/once';
import { anyPorts, portsFrom } from './process/ports';
import type { SandboxContext } from './service-module';
import { resourceTypes, services } from './services';
import { startServices } from './start-services';
import { validate } from './validate';

/**
 * Runs a cloud assembly on this machine until it is closed or the process gets a signal to end. It then removes everything that it started.
 *
 * Throws an `AssemblyError` if there is no assembly to read, and otherwise one error that names everything that the sandbox can't run.
 * Nothing has been started in either case.
 */
export async function startSandbox(directory: string, options: SandboxOptions = {}): Promise<Sandbox> {
  const { report = () => {}, onLog = () => {}, strict = false } = options;
  const hosts = readHosts(Object.entries(options.map ?? {}).map((pair) => pair.join('=')));
  const images = readImages(Object.entries(options.images ?? {}).map((pair) => pair.join('=')));
  const settings = { hosts, images };
  const ports = options.port === undefined ? anyPorts : portsFrom(options.port, options.portTaken ?? 'fail');
  const data = options.data === undefined ? undefined : resolve(options.data);
  const speed = options.speed ?? 1;
  const { clock, keep } = data === undefined ? { clock: createClock(speed), keep: () => undefined } : keptClock(data, speed);
  const assembly = loadAssembly(directory, resourceTypes);
  const coverage = assess(assembly, resourceTypes);
  const leaveOut = leavingOut(report);
  const remarks = validate(services, assembly, coverage, { strict, freshAccount: options.freshAccount ?? false, settings });
  const { leftOut, failing, undecided } = remarks;
  for (const problem of leftOut) leaveOut(problem);
  report(`loaded ${count(assembly.resources.length, 'resource')} of ${count(assembly.stacks.length, 'stack')}`);
  for (const line of missing(coverage, assembly.placeholders())) {
    report(line);
  }

  for (const line of failing) report(`will fail: ${line}`);
  for (const line of undecided) report(`not checked: ${line}`);

  const running = closing();
  try {
    const programs = Promise.allSettled(services.map((service) => service.prepare?.(assembly, report, settings)));
    const engines = await running.add(await startEngines(await installEngines(report), report, data));
    keep();
    await programs;
    const reject = rejecting(assembly, strict, leaveOut);
    await Promise.all(services.map((service) => service.provision?.({ assembly, engines, clock, reject })));
    if (!engines.continued) report('created tables, queues and buckets');
    const customResources = options.customResources ?? (({ type }) => !type.startsWith('Custom::DeployAssert@'));
    const parts = {
      ...{ assembly, engines, clock, strict, report, onLog, leaveOut, reject, ...settings, ports, customResources, running },
      ...{ accessLog: options.accessLog, functionsOnClock: options.functionsOnClock, schedules: options.schedules, data },
    };
    const { endpoint, use, ready } = await startServices(services, parts);
    const once = reportOnce(report);
    endpoint.onDenial(({ principal, check, message }) => once([principal, check.action, check.resource], `denied: ${message}`));
    await ready();
    engines.complete?.();
    report('started APIs and event sources');
    return {
      ...{ assembly, clock, engines, endpoint, close: running.close },
      coverage: withLeftOut(coverage, assembly, remarks.values),
      ...{ logs: use('logs'), functions: use('functions'), userPools: use('userPools'), restApis: use('restApis') },
      ...{ network: use('network'), loadBalancers: use('loadBalancers') },
      ...{ containerServices: use('containerServices'), stacks: use('stacks'), traces: use('traces'), pipes: use('pipes') },
      ...{
        stateMachines: use('stateMachines'),
        deliveryStreams: use('deliveryStreams'),
        trails: use('trails'),
        queries: use('queries'),
        schedules: use('schedules'),
        topics: use('topics'),
        metrics: use('metrics'),
        alarms: use('alarms'),
        events: use('events'),
      },
    };
  } catch (error) {
    await running.close();
    throw error;
  }
}

function rejecting(assembly: Assembly, strict: boolean, report: (problem: string) => void): SandboxContext['reject'] {
  return (resource, reason) => {
    if (strict) throw reason;
    assembly.leaveOut(resource, reason.message);
    report(reason.message);
  };
}

function leavingOut(report: (line: string) => void): (problem: string) => void {
  const once = reportOnce((line) => report(`left out: ${line}`));
  return (problem) => once([problem], problem);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Reports resources of unsupported types, and the placeholder values that replace their attributes. */
function missing(coverage: Coverage, placeholders: readonly string[]): string[] {
  const types = new Map<string, number>();
  for (const { resource } of coverage.entries.filter((entry) => !entry.supported)) {
    types.set(resource.type, (types.get(resource.type) ?? 0) + 1);
  }
  return [
    ...[...types].map(
      ([type, number]) => `${type} is not supported: ${number === 1 ? '1 resource is' : `${number} resources are`} not created`,
    ),
    ...placeholders.map((value) => `placeholder: ${value}`),
  ];
}
