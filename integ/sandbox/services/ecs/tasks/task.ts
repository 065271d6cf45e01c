import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../../../contracts';
import type { Image } from '../images/image';
import { dependencies, stopInOrder } from './container-order';
import type { Health } from './health';
import { watchMemory } from './memory';
import { openMetadata } from './metadata';
import { createVolumes } from './mounts';
import { metadataSocket, openNetwork } from './open-network';
import { type ContainerParts, runContainer } from './run-container';
import { taskCredentials } from './task-credentials';
import { AUTHORITIES, hostnameOf, writeFiles } from './task-environment';
import { containerMetadata, taskMetadata } from './task-metadata';
import type { TaskNetwork } from './task-network';
import { fetchResources, type Secrets } from './task-resources';
import { createTaskRun, type TaskRun } from './task-run';
import type { ContainerState, Status, Task, TaskContext, TaskOptions } from './task-types';

/** Starts a task. What goes wrong stops it, with the reason. */
export function startTask(context: TaskContext, options: TaskOptions): Task {
  const { clock } = context;
  const { definition, owner, networkInterface } = options;
  const credentialsPath = definition.taskRoleArn === undefined ? undefined : `/v2/credentials/${randomUUID()}`;
  const run = createTaskRun(context, options, stop);
  const [running, ending, stopped] = [signal<boolean>(), signal<void>(), signal<void>()];
  let network: TaskNetwork | undefined;
  let metadata: { close(): Promise<void> } | undefined;
  let stopping: Promise<void> | undefined;
  const task = {
    ...options,
    createdAt: clock.now(),
    lastStatus: 'PROVISIONING' as Status,
    containers: run.containers,
    startedAt: undefined as number | undefined,
    stoppedAt: undefined as number | undefined,
    stoppedReason: undefined as string | undefined,
    stopCode: undefined as string | undefined,
    ...{ running: running.promise, ending: ending.promise, stopped: stopped.promise },
    get health(): Health {
      return healthOf(run.containers);
    },
    address(port: number): Address {
      if (network === undefined) throw new Error(`${owner} does not run`);
      return network.address(port);
    },
    stop,
    kill() {
      for (const { container } of run.containers) container?.kill();
    },
  };

  async function start(): Promise<void> {
    mkdirSync(run.folder, { recursive: true, mode: 0o700 });
    task.lastStatus = 'PENDING';
    const images = new Map<string, Image>();
    for (const { name, image } of definition.containers) images.set(name, await context.imageOf(image));
    const secrets = await fetchResources(context, options);
    metadata = await openMetadata({
      ...{ socketPath: metadataSocket(run), credentialsPath, roleArn: definition.taskRoleArn, credentials: taskCredentials(run) },
      container: (containerId) => run.containers.filter((one) => one.id === containerId).map((one) => containerMetadata(task, one))[0],
      task: () => taskMetadata(task),
    });
    network = await openNetwork(run);
    run.end.signal.throwIfAborted();
    await startContainers(run, images, secrets, { network, credentialsPath });
    run.end.signal.throwIfAborted();
    task.startedAt = clock.now();
    task.lastStatus = 'RUNNING';
    running.resolve(true);
  }

  function stop(reason: string, code: string): Promise<void> {
    stopping ??= stopAll(reason, code);
    return stopping;
  }

  async function stopAll(reason: string, code: string): Promise<void> {
    Object.assign(task, { stoppedReason: reason, stopCode: code, lastStatus: 'STOPPING' });
    run.end.abort(new Error(reason));
    running.resolve(false);
    ending.resolve();
    run.notify();
    await stopInOrder(run);
    task.lastStatus = 'DEPROVISIONING';
    await starting.catch(() => undefined);
    await Promise.all([network?.close(), metadata?.close()]);
    context.network.release(networkInterface);
    rmSync(run.folder, { recursive: true, force: true });
    clearInterval(watching);
    Object.assign(task, { lastStatus: 'STOPPED', stoppedAt: clock.now() });
    stopped.resolve();
  }

  const watching = watchMemory(run.containers, definition.memory);
  const starting = start();
  starting.catch((error: Error) => void stop(error.message, 'TaskFailedToStart'));
  return task;
}

/** A promise that its owner resolves. */
function signal<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}

/** Of the essential containers together. */
function healthOf(containers: readonly ContainerState[]): Health {
  const checked = containers
    .filter(({ definition }) => definition.essential && definition.healthCheck !== undefined)
    .map(({ health }) => health);
  if (checked.includes('UNHEALTHY')) return 'UNHEALTHY';
  return checked.length === 0 || checked.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
}

/** Starts each container when those that it depends on are as far as it needs. */
async function startContainers(
  run: TaskRun,
  images: ReadonlyMap<string, Image>,
  secrets: Secrets,
  { network, credentialsPath }: Pick<ContainerParts, 'network' | 'credentialsPath'>,
): Promise<void> {
  const { context, options, folder, containers, end } = run;
  const { networkInterface, definition } = options;
  const hostname = hostnameOf(networkInterface, context.assembly.region);
  const names = [[networkInterface.privateIp, hostname] as const, ...network.names];
  const files = writeFiles(folder, names, context.destinations().authorities);
  const authorities = context.isolation.kind === 'namespaces' ? AUTHORITIES : (files.get(AUTHORITIES) ?? '');
  const imageOf = ({ definition: { name } }: ContainerState) => images.get(name) as Image;
  const all = containers.map((state) => ({ definition: state.definition, image: imageOf(state) }));
  const volumes = createVolumes(definition.volumes, join(folder, 'volumes'), all);
  await Promise.all(
    containers.map(async (state) => {
      await dependencies(run, state.definition);
      end.signal.throwIfAborted();
      const parts = { network, credentialsPath, files, authorities, volumes, secrets: secrets.get(state.definition.name) ?? [] };
      await runContainer(run, state, imageOf(state), parts);
    }),
  );
}
