import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Credentials } from '../../../contracts';
import type { Image } from '../images/image';
import { findUser } from '../images/users';
import type { Condition, ContainerDefinition } from '../task-definition';
import { type Container, startContainer } from './container';
import { ENDPOINT, METADATA } from './destinations';
import { checkHealth, type Health } from './health';
import { memoryOf } from './memory';
import { openMetadata } from './metadata';
import { createVolumes } from './mounts';
import type { OutboundOptions } from './outbound';
import { openPlainNetwork } from './plain-network';
import { AUTHORITIES, hostnameOf, taskEnvironment, writeFiles } from './task-environment';
import { containerMetadata, taskMetadata } from './task-metadata';
import { openNamespace, type TaskNetwork } from './task-network';
import { fetchResources } from './task-resources';
import type { ContainerState, Status, Task, TaskContext, TaskOptions } from './task-types';

/** Documented: "Amazon ECS task definition parameters for Fargate", startTimeout: three minutes by default. */
const START_TIMEOUT_MS = 180_000;
const MEMORY_INTERVAL_MS = 1000;

/** Starts a task. What goes wrong stops it, with the reason. */
export function startTask(context: TaskContext, options: TaskOptions): Task {
  const { clock, endpoint, assembly } = context;
  const { definition, owner, networkInterface, arn } = options;
  const id = arn.split('/').at(-1) ?? '';
  const folder = join(context.folder, id.slice(0, 12));
  const credentialsPath = `/v2/credentials/${randomUUID()}`;
  const states: ContainerState[] = definition.containers.map((one) => ({
    definition: one,
    id: `${id}-${randomUUID().slice(0, 10)}`,
    status: 'PENDING',
    health: 'UNKNOWN',
  }));
  const end = new AbortController();
  const changed = new EventTarget();
  const credentialsAt = definition.taskRoleArn === undefined ? {} : { credentialsPath };
  let authoritiesAt = '';
  let network: TaskNetwork | undefined;
  let metadata: { close(): Promise<void> } | undefined;
  let credentials: Credentials | undefined;
  let stopping: Promise<void> | undefined;
  let resolveRunning: (running: boolean) => void = () => undefined;
  let resolveStopped: () => void = () => undefined;
  const task = {
    ...options,
    createdAt: clock.now(),
    lastStatus: 'PROVISIONING' as Status,
    containers: states,
    startedAt: undefined as number | undefined,
    stoppedAt: undefined as number | undefined,
    stoppedReason: undefined as string | undefined,
    stopCode: undefined as string | undefined,
    running: new Promise<boolean>((resolve) => {
      resolveRunning = resolve;
    }),
    stopped: new Promise<void>((resolve) => {
      resolveStopped = resolve;
    }),
    get health(): Health {
      const checked = states
        .filter((state) => state.definition.essential && state.definition.healthCheck !== undefined)
        .map(({ health }) => health);
      if (checked.includes('UNHEALTHY')) return 'UNHEALTHY';
      return checked.length === 0 || checked.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
    },
    address(port: number): Address {
      if (network === undefined) throw new Error(`${owner} does not run`);
      return network.address(port);
    },
    stop,
    kill() {
      for (const { container } of states) container?.kill();
    },
  };

  async function start(): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    task.lastStatus = 'PENDING';
    const images = new Map<string, Image>();
    for (const { name, image } of definition.containers) images.set(name, await context.imageOf(image));
    const secrets = await fetchResources(context, options);
    const destinations = context.destinations();
    const outbound: OutboundOptions = {
      networkInterface,
      needsStart: ({ host }) => host === ENDPOINT.host,
      route: (destination, first) =>
        destination.host === METADATA.host ? { address: { socketPath: join(folder, 'metadata') } } : destinations.route(destination, first),
      blocked: (from, to, port) => context.network.blocked(from, to, port),
      report: (message) => context.report(`not connected: ${message}`),
    };
    metadata = await openMetadata({
      socketPath: join(folder, 'metadata'),
      credentialsPath,
      roleArn: definition.taskRoleArn,
      credentials: taskCredentials,
      container: (containerId) => states.filter((one) => one.id === containerId).map((one) => containerMetadata(task, one))[0],
      task: () => taskMetadata(task),
    });
    const parts = {
      networkInterface,
      folder,
      outbound,
      run: context.run,
      python: context.python,
      destinations: destinations.all,
      ports: [...new Set(definition.containers.flatMap(({ ports }) => ports))],
    };
    const { isolation } = context;
    network =
      isolation.kind === 'namespaces' ? await openNamespace(isolation.bwrap, isolation.nsenter, parts) : await openPlainNetwork(parts);
    end.signal.throwIfAborted();
    const files = writeFiles(folder, [[networkInterface.privateIp, hostname], ...network.names], destinations.authorities);
    authoritiesAt = isolation.kind === 'namespaces' ? AUTHORITIES : (files.get(AUTHORITIES) ?? '');
    const all = definition.containers.map((one) => ({ definition: one, image: images.get(one.name) as Image }));
    const volumes = createVolumes(definition.volumes, join(folder, 'volumes'), all);
    await Promise.all(
      all.map(async ({ definition: one, image }) => {
        const state = states.find((other) => other.definition === one) as ContainerState;
        await dependencies(one);
        end.signal.throwIfAborted();
        await run(state, image, { secrets: secrets.get(one.name) ?? [], files, volumes });
      }),
    );
    end.signal.throwIfAborted();
    task.startedAt = clock.now();
    task.lastStatus = 'RUNNING';
    resolveRunning(true);
  }

  function taskCredentials(): Credentials {
    const role = definition.taskRoleArn as string;
    // A task keeps its credentials until half of their time is over.
    if (credentials === undefined || (credentials.expiration ?? 0) - Date.now() < clock.real(6 * 3_600_000)) {
      credentials = endpoint.assumeAsService(role, 'ecs-tasks.amazonaws.com', id, arn);
    }
    return credentials;
  }

  /** Waits until the containers that a container depends on are as far as it needs. */
  async function dependencies({ name, dependsOn }: ContainerDefinition): Promise<void> {
    for (const { name: other, condition } of dependsOn) {
      const state = states.find(({ definition: one }) => one.name === other) as ContainerState;
      const late = () => void stop(`Container ${name}: the dependency on ${other} (${condition}) was not met in time`, 'TaskFailedToStart');
      const timer = setTimeout(late, state.definition.startTimeout ?? START_TIMEOUT_MS);
      try {
        while (!isMet(state, condition) && !end.signal.aborted) {
          if (cannotBeMet(state, condition)) {
            const reason = `it ended with exit status ${state.exitCode}`;
            throw new Error(`the dependency of ${name} on ${other} (${condition}) cannot be met: ${reason}`);
          }
          await new Promise((resolve) => changed.addEventListener('change', resolve, { once: true }));
        }
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async function run(
    state: ContainerState,
    image: Image,
    parts: {
      secrets: readonly (readonly [string, string])[];
      files: ReadonlyMap<string, string>;
      volumes: ReturnType<typeof createVolumes>;
    },
  ): Promise<void> {
    const { definition: one } = state;
    const user = findUser(image.layers, one.user ?? image.config.user);
    if (user === undefined)
      throw new Error(`CannotStartContainerError: the image of ${one.name} has no user ${one.user ?? image.config.user}`);
    const env = {
      HOSTNAME: hostname,
      HOME: user.home,
      ...image.config.env,
      ...taskEnvironment({
        network: network as TaskNetwork,
        containerId: state.id,
        region: assembly.region,
        authorities: authoritiesAt,
        ...credentialsAt,
      }),
      ...Object.fromEntries([...one.environment, ...parts.secrets]),
    };
    const { logs } = one;
    const stream = `${logs?.prefix}/${one.name}/${id}`;
    const onLine = (message: string) => logs && context.logs.write({ at: clock.now(), group: logs.group, stream, message });
    const started = async (): Promise<void> => {
      const container = await startContainer({
        ...{
          image,
          definition: one,
          user,
          volumes: parts.volumes,
          files: parts.files,
          isolation: context.isolation,
          network: network as TaskNetwork,
          python: context.python,
        },
        ...{ hostname: hostname, env, run: context.run, title: `${owner}: ${one.name}`, onLine },
      });
      const startedAt = clock.now();
      const checks = new AbortController();
      Object.assign(state, { container, status: 'RUNNING', health: 'UNKNOWN', exitCode: undefined });
      notify();
      if (end.signal.aborted) container.kill();
      if (one.healthCheck !== undefined) {
        const change = (health: Health) => {
          state.health = health;
          notify();
        };
        void checkHealth(one.healthCheck, container, clock, AbortSignal.any([checks.signal, end.signal]), change);
      }
      void container.ended.then((status) => {
        checks.abort();
        onEnd(state, status, clock.now() - startedAt, started);
      });
    };
    await started();
  }

  function onEnd(state: ContainerState, status: number, lifetime: number, again: () => Promise<void>): void {
    const { restart, essential, name } = state.definition;
    Object.assign(state, { status: 'STOPPED', exitCode: status, container: undefined });
    // Documented: "Restart individual containers in Amazon ECS tasks with container restart policies".
    if (
      restart !== undefined &&
      stopping === undefined &&
      lifetime >= restart.attemptPeriod &&
      !restart.ignoredExitCodes.includes(status)
    ) {
      again().catch((error: Error) => void stop(error.message, 'EssentialContainerExited'));
      return;
    }
    notify();
    if (states.every((one) => one.status === 'STOPPED')) void stop('Essential container in task exited', 'EssentialContainerExited');
    else if (essential && stopping === undefined) void stop(`Essential container in task exited`, 'EssentialContainerExited');
    else if (!essential) context.report(`${owner}: container ${name} ended with exit status ${status}`);
  }

  const notify = () => changed.dispatchEvent(new Event('change'));
  const hostname = hostnameOf(networkInterface, assembly.region);

  function stop(reason: string, code: string): Promise<void> {
    stopping ??= stopAll(reason, code);
    return stopping;
  }

  async function stopAll(reason: string, code: string): Promise<void> {
    Object.assign(task, { stoppedReason: reason, stopCode: code, lastStatus: 'STOPPING' });
    end.abort(new Error(reason));
    resolveRunning(false);
    notify();
    await Promise.all(inStopOrder());
    task.lastStatus = 'DEPROVISIONING';
    await starting.catch(() => undefined);
    await Promise.all([network?.close(), metadata?.close()]);
    context.network.release(networkInterface);
    rmSync(folder, { recursive: true, force: true });
    clearInterval(watching);
    Object.assign(task, { lastStatus: 'STOPPED', stoppedAt: clock.now() });
    resolveStopped();
  }

  /** A container is stopped after those that depend on it. Documented: "ContainerDependency" (Amazon ECS API Reference). */
  function inStopOrder(): Promise<void>[] {
    const stops = new Map<string, Promise<void>>();
    const stopOne = (state: ContainerState): Promise<void> => {
      const { name } = state.definition;
      const known = stops.get(name);
      if (known !== undefined) return known;
      const dependents = states.filter(({ definition: { dependsOn } }) => dependsOn.some((one) => one.name === name));
      const promise = Promise.all(dependents.map(stopOne)).then(() => stopContainer(state));
      stops.set(name, promise);
      return promise;
    };
    return states.map(stopOne);
  }

  async function stopContainer({ container, definition: { stopTimeout, image } }: ContainerState): Promise<void> {
    if (container === undefined) return;
    const { config } = await context.imageOf(image);
    container.signal(config.stopSignal as NodeJS.Signals);
    // In real time at any speed: it waits for requests that are in progress.
    const timer = setTimeout(() => container.kill(), stopTimeout);
    await container.ended;
    clearTimeout(timer);
  }

  /** Linux counts the memory of a container in its own group; here it is read once a second. */
  function watchMemory(): void {
    const running = states.filter(({ container }) => container !== undefined);
    const used = memoryOf(running.map(({ container }) => (container as Container).pid));
    const total = [...used.values()].reduce((sum, one) => sum + one, 0);
    for (const state of running) {
      const own = used.get((state.container as Container).pid) ?? 0;
      if (own > (state.definition.memory ?? Number.POSITIVE_INFINITY) || total > (definition.memory ?? Number.POSITIVE_INFINITY)) {
        state.reason = 'OutOfMemoryError: Container killed due to memory usage';
        state.container?.kill();
      }
    }
  }
  const watching = setInterval(watchMemory, MEMORY_INTERVAL_MS).unref();

  const starting = start();
  starting.catch((error: Error) => void stop(error.message, 'TaskFailedToStart'));
  return task;
}

function isMet({ status, health, exitCode }: ContainerState, condition: Condition): boolean {
  switch (condition) {
    case 'START':
      return status !== 'PENDING';
    case 'COMPLETE':
      return status === 'STOPPED';
    case 'SUCCESS':
      return status === 'STOPPED' && exitCode === 0;
    case 'HEALTHY':
      return health === 'HEALTHY';
  }
}

function cannotBeMet({ status, exitCode }: ContainerState, condition: Condition): boolean {
  return status === 'STOPPED' && (condition === 'HEALTHY' || (condition === 'SUCCESS' && exitCode !== 0));
}
