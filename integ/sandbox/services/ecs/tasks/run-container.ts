import type { Image } from '../images/image';
import { findUser } from '../images/users';
import { startContainer } from './container';
import { checkHealth, type Health } from './health';
import type { Volume } from './mounts';
import { hostnameOf, taskEnvironment } from './task-environment';
import type { TaskNetwork } from './task-network';
import type { TaskRun } from './task-run';
import type { ContainerState } from './task-types';

/** What the containers of a task have in common, and the secrets of one of them. */
export interface ContainerParts {
  readonly network: TaskNetwork;
  readonly secrets: readonly (readonly [name: string, value: string])[];
  /** Files of this machine by their paths in the container. */
  readonly files: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** The file of certificate authorities. */
  readonly authorities: string;
  /** For a task with a role. */
  readonly credentialsPath?: string;
}

/** Starts a container of a task, checks its health, and starts it again where its restart policy says so. */
export async function runContainer(run: TaskRun, state: ContainerState, image: Image, parts: ContainerParts): Promise<void> {
  const { context, options, end, notify } = run;
  const { definition } = state;
  const { clock, isolation, python } = context;
  const { network, files, volumes } = parts;
  const user = findUser(image.layers, definition.user ?? image.config.user);
  if (user === undefined)
    throw new Error(`CannotStartContainerError: the image of ${definition.name} has no user ${definition.user ?? image.config.user}`);
  const hostname = hostnameOf(options.networkInterface, context.assembly.region);
  const env = { HOSTNAME: hostname, HOME: user.home, ...image.config.env, ...environmentOf(run, state, parts) };
  const title = `${options.owner}: ${definition.name}`;

  const start = async (): Promise<void> => {
    const container = await startContainer({
      ...{ image, definition, user, volumes, files, isolation, network, python, hostname, env, title, run: context.run },
      onLine: writerOf(run, state),
    });
    const startedAt = clock.now();
    const checks = new AbortController();
    Object.assign(state, { container, status: 'RUNNING', health: 'UNKNOWN', exitCode: undefined });
    notify();
    if (end.signal.aborted) container.kill();
    if (definition.healthCheck !== undefined) {
      const change = (health: Health) => {
        state.health = health;
        notify();
      };
      void checkHealth(definition.healthCheck, container, clock, AbortSignal.any([checks.signal, end.signal]), change);
    }
    void container.ended.then((status) => {
      checks.abort();
      ended(run, state, { status, lifetime: clock.now() - startedAt }, start);
    });
  };
  await start();
}

function environmentOf({ context }: TaskRun, { definition, id }: ContainerState, parts: ContainerParts): Record<string, string> {
  const { network, authorities, credentialsPath, secrets } = parts;
  return {
    ...taskEnvironment({ network, containerId: id, region: context.assembly.region, authorities, credentialsPath }),
    ...Object.fromEntries([...definition.environment, ...secrets]),
  };
}

/** Writes the lines of a container to its log group. */
function writerOf({ context, id }: TaskRun, { definition: { logs, name } }: ContainerState): (message: string) => void {
  if (logs === undefined) return () => undefined;
  const stream = `${logs.prefix}/${name}/${id}`;
  return (message) => context.logs.write({ at: context.clock.now(), group: logs.group, stream, message });
}

interface End {
  readonly status: number;
  /** In milliseconds of the clock. */
  readonly lifetime: number;
}

function ended(run: TaskRun, state: ContainerState, { status, lifetime }: End, again: () => Promise<void>): void {
  const { restart, essential, name } = state.definition;
  const isStopping = run.end.signal.aborted;
  Object.assign(state, { status: 'STOPPED', exitCode: status, container: undefined });
  // Documented: "Restart individual containers in Amazon ECS tasks with container restart policies".
  if (restart !== undefined && !isStopping && lifetime >= restart.attemptPeriod && !restart.ignoredExitCodes.includes(status)) {
    again().catch((error: Error) => void run.stop(error.message, 'EssentialContainerExited'));
    return;
  }
  run.notify();
  const isLast = run.containers.every((one) => one.status === 'STOPPED');
  if (isLast || (essential && !isStopping)) void run.stop('Essential container in task exited', 'EssentialContainerExited');
  else if (!essential) run.context.report(`${run.options.owner}: container ${name} ended with exit status ${status}`);
}
