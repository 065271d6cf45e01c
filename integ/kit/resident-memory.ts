import { readFileSync } from 'node:fs';
import type { RunningTask } from '../sandbox';

/** The id of the process of a container's program. */
export function programOf({ arn, processIds }: RunningTask, container: string): number {
  const started = processIds.get(container);
  if (started === undefined) throw new Error(`The task ${arn} has no process of the container '${container}'`);
  return innermost(started);
}

/** The resident memory of a process, in MB. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** The process that a process of the isolation finally starts: the program of the image. */
function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return child === '' ? pid : innermost(Number(child));
}
