import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ContainerState, TaskContext, TaskOptions } from './task-types';

/** What the parts of a task share while it runs. */
export interface TaskRun {
  readonly context: TaskContext;
  readonly options: TaskOptions;
  readonly id: string;
  /** For its sockets, files and volumes. */
  readonly folder: string;
  readonly containers: readonly ContainerState[];
  /** Aborted when the task begins to stop. */
  readonly end: AbortController;
  /** Tells everyone who waits that a container has changed. */
  notify(): void;
  /** Resolves with the next change of a container. */
  change(): Promise<unknown>;
  /** Stops the task, once. */
  stop(reason: string, code: string): Promise<void>;
}

export function createTaskRun(context: TaskContext, options: TaskOptions, stop: TaskRun['stop']): TaskRun {
  const id = options.arn.split('/').at(-1) ?? '';
  const changed = new EventTarget();
  return {
    ...{ context, options, id, stop, folder: join(context.folder, id.slice(0, 12)), end: new AbortController() },
    containers: options.definition.containers.map((definition) => ({
      ...{ definition, id: `${id}-${randomUUID().slice(0, 10)}`, status: 'PENDING', health: 'UNKNOWN' },
    })),
    notify: () => void changed.dispatchEvent(new Event('change')),
    change: () => new Promise((resolve) => changed.addEventListener('change', resolve, { once: true })),
  };
}
