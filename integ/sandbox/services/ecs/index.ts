import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import { readEach, settled } from '../../assembly/properties';
import type { Assembly, ContainerServices, RunningTask } from '../../contracts';
import { enginePython, findIsolation } from '../../engines';
import { createAuthority } from '../../process/certificate-authority';
import { reportOnce } from '../../process/once';
import { openRun, RUNS, sweepRuns } from '../../process/runs';
import type { SandboxContext, ServiceModule, Settings, RunningService as Started } from '../../service-module';
import { ecsService } from './api';
import { createImages, type Images } from './images/images';
import { NOT_ENFORCED } from './isolation/isolation';
import { createLauncher, type Launcher } from './launcher';
import { serviceMetrics } from './metrics';
import { imageProblem, problemsOf } from './problems';
import { ecsTypes } from './resource-types';
import { type RunningService, startService } from './scheduling/scheduler';
import { readService, SERVICE } from './scheduling/service-definition';
import { readTaskDefinition, TASK_DEFINITION } from './task-definition';
import { createTaskDefinitions } from './task-definitions';
import { readDestinations } from './tasks/destinations';
import type { Task } from './tasks/task-types';

/** How long the start waits for a service in real time; it goes on in the background after that. */
const STEADY_TIMEOUT_MS = 180_000;

/** Container services and tasks: processes of this machine, from the images of the assembly. */
export const ecs: ServiceModule = {
  types: ecsTypes,
  late: [TASK_DEFINITION, SERVICE],
  invalid: problemsOf,
  async prepare(assembly, report, settings) {
    if (assembly.ofType(TASK_DEFINITION).length === 0) return;
    const images = imagesOf(assembly, settings, report);
    const all = settled(() => readEach(assembly, TASK_DEFINITION, readTaskDefinition)).flatMap(({ containers }) => containers);
    await Promise.allSettled(all.map(({ image }) => images.get(image)));
  },
  start: (context) => startEcs(context),
};

/** The images of a run: `prepare` begins to build them, and tasks use the same ones. */
const prepared = new WeakMap<Assembly, Images>();
function imagesOf(assembly: Assembly, settings: Settings, report: (line: string) => void): Images {
  const images = prepared.get(assembly) ?? createImages(assembly, settings, findIsolation(report), report);
  prepared.set(assembly, images);
  return images;
}

async function startEcs(context: SandboxContext): Promise<Started> {
  const { assembly, endpoint, clock, report, reject, offer, use } = context;
  if (assembly.ofType(TASK_DEFINITION).length === 0) {
    offer('containerServices', containerServices([], undefined));
    return {};
  }
  const images = imagesOf(assembly, context, report);
  const isolation = await images.isolation;
  if (isolation.kind === 'none') report(`containers run without namespaces: ${NOT_ENFORCED} (${isolation.reason})`);
  await rejectUnbuilt(assembly, images, reject);
  sweepRuns(RUNS, report);
  const run = openRun(RUNS);
  const folder = join(tmpdir(), `ecs-${run.id}`);
  run.addFolder(folder);
  mkdirSync(folder, { mode: 0o700 });
  const authority = await createAuthority('Sandbox names of AWS');
  const certificates = new Map<string, Promise<SecureContext>>();
  const certificateOf = (host: string) => {
    const certificate = certificates.get(host) ?? authority.contextFor([host]);
    certificates.set(host, certificate);
    return certificate;
  };
  const once = reportOnce(report);
  const taskDefinitions = createTaskDefinitions(assembly);
  const launcher: Launcher = createLauncher({
    ...{
      assembly,
      endpoint,
      clock,
      logs: use('logs'),
      network: use('network'),
      isolation,
      python: await enginePython(report),
      folder,
      run,
    },
    imageOf: images.get,
    taskDefinitions: taskDefinitions.all,
    report: (message) => once([message], message),
    destinations: () =>
      readDestinations({
        ...{
          assembly,
          endpointUrl: endpoint.url,
          egress: use('functions').egress,
          hosts: context.hosts,
          loadBalancers: use('loadBalancers'),
          authority: authority.certificate,
          certificateOf,
        },
        taskAt: (privateIp) =>
          launcher.tasks().find(({ networkInterface, lastStatus }) => networkInterface.privateIp === privateIp && lastStatus === 'RUNNING'),
      }),
  });
  const services: RunningService[] = [];
  const measured = serviceMetrics(use('metrics'));
  endpoint.register(ecsService({ assembly, launcher, services: () => services, taskDefinitions }));
  offer('containerServices', containerServices(services, launcher));
  return {
    async ready() {
      const starting = readEach(assembly, SERVICE, readService).map(async (definition) => {
        const { resource, problems, taskDefinitionArn } = definition;
        const task = taskDefinitions.find(taskDefinitionArn);
        if (task === undefined || problems.length > 0) {
          reject(resource, new Error(problems.join('\n')));
          return;
        }
        const service = startService({ definition, clock, launcher, loadBalancers: use('loadBalancers'), emit: use('events').emit }, task);
        services.push(service);
        measured.observe(definition, () => launcher.tasks().filter(({ group, arn }) => isOf(definition.arn, group, arn)));
        await steady(service, report).catch((error: Error) => reject(resource, error));
      });
      await Promise.all(starting);
    },
    async close() {
      measured.close();
      await Promise.all(services.map((service) => service.close()));
      await launcher.close();
      run.close();
    },
  };
}

/** Task definitions whose image cannot be built are left out, with the instruction that failed. */
async function rejectUnbuilt(assembly: Assembly, images: Images, reject: SandboxContext['reject']): Promise<void> {
  for (const { resource, containers } of settled(() => readEach(assembly, TASK_DEFINITION, readTaskDefinition))) {
    for (const { name, image } of containers) {
      try {
        await images.get(image);
      } catch (error) {
        reject(resource, new Error(imageProblem(resource, name, error)));
        break;
      }
    }
  }
}

/** CloudFormation waits for a service to be steady; so does the start, as long as that takes a reasonable time. */
async function steady(service: RunningService, report: (line: string) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, STEADY_TIMEOUT_MS, 'late');
  });
  const first = service.started.then(() => 'steady' as const);
  const outcome = await Promise.race([first, late]).finally(() => clearTimeout(timer));
  if (outcome === 'steady') return;
  first.catch((error: Error) => report(error.message));
  report(
    `${service.definition.resource.id} is not steady after ${STEADY_TIMEOUT_MS / 1000} s: ${service.events[0]?.message ?? 'no event'}`,
  );
}

function containerServices(services: readonly RunningService[], launcher: Launcher | undefined): ContainerServices {
  return {
    tasks: (serviceArn) =>
      (launcher?.tasks() ?? [])
        .filter(({ group, arn }) => isOf(serviceArn, group, arn))
        .filter(({ lastStatus }) => lastStatus !== 'STOPPED')
        .map(runningTask),
    async replace(serviceArn) {
      const service = services.find(({ definition }) => definition.arn === serviceArn);
      if (service === undefined) throw new Error(`${serviceArn} is not a service of this assembly that runs`);
      await service.deploy();
    },
    kill: (taskArn) => launcher?.find(taskArn)?.kill(),
  };
}

function isOf(serviceArn: string, group: string, taskArn: string): boolean {
  const [cluster, name] = serviceArn.split('/').slice(-2);
  return group === `service:${name}` && taskArn.split('/').at(-2) === cluster;
}

function runningTask({ arn, lastStatus, networkInterface, containers }: Task): RunningTask {
  const processIds = new Map(
    containers.flatMap(({ definition, container }) => (container === undefined ? [] : [[definition.name, container.pid] as const])),
  );
  return { arn, lastStatus, networkInterface, processIds };
}
