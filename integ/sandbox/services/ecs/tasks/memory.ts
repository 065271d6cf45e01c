import { readdirSync, readFileSync } from 'node:fs';
import type { ContainerState } from './task-types';

const PAGE_BYTES = 4096;
const MEGABYTE = 1024 * 1024;
const INTERVAL_MS = 1000;
/** sysconf(_SC_CLK_TCK), which is 100 on all platforms of Linux that Node.js supports. */
const TICKS_PER_SECOND = 100;

/** Kills containers with more memory than their limit, or the task's. Linux counts it in a group of its own; here it is read once a second. */
export function watchMemory(containers: readonly ContainerState[], limit = Number.POSITIVE_INFINITY): NodeJS.Timeout {
  const watch = (): void => {
    const running = containers.flatMap((state) => (state.container === undefined ? [] : [{ state, container: state.container }]));
    const used = memoryOf(running.map(({ container }) => container.pid));
    const total = [...used.values()].reduce((sum, one) => sum + one, 0);
    for (const { state, container } of running) {
      const own = used.get(container.pid) ?? 0;
      if (own <= (state.definition.memory ?? Number.POSITIVE_INFINITY) && total <= limit) continue;
      state.reason = 'OutOfMemoryError: Container killed due to memory usage';
      container.kill();
    }
  };
  return setInterval(watch, INTERVAL_MS).unref();
}

/** The processes of this machine: the parent of each. */
export type Parents = ReadonlyMap<number, number>;

/** The memory of processes with all that they started, in MiB, without what they share with others. Nothing where there is no /proc. */
export function memoryOf(roots: readonly number[], parents = readParents()): ReadonlyMap<number, number> {
  return totalsOf(roots, parents, ownMemory);
}

/** The processor time of processes with all that they started, in seconds. */
export function processorTimeOf(roots: readonly number[], parents = readParents()): ReadonlyMap<number, number> {
  return totalsOf(roots, parents, ownProcessorTime);
}

function totalsOf(roots: readonly number[], parents: Parents, own: (pid: number) => number): ReadonlyMap<number, number> {
  const used = new Map<number, number>(roots.map((root) => [root, 0]));
  for (const pid of parents.keys()) {
    const root = rootOf(pid, parents, used);
    if (root !== undefined) used.set(root, (used.get(root) ?? 0) + own(pid));
  }
  return used;
}

function rootOf(pid: number, parents: Parents, roots: ReadonlyMap<number, number>): number | undefined {
  for (let one: number | undefined = pid; one !== undefined && one > 1; one = parents.get(one)) if (roots.has(one)) return one;
  return undefined;
}

/** Reads a file of each process of the machine. */
export function readParents(): Parents {
  const parents = new Map<number, number>();
  for (const name of processes()) {
    const stat = read(`/proc/${name}/stat`);
    // proc(5): the command, in parentheses, can contain anything; the fourth field is the parent.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent > 0) parents.set(Number(name), parent);
  }
  return parents;
}

function ownMemory(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return ((resident - shared) * PAGE_BYTES) / MEGABYTE;
}

/** proc(5): the 14th to the 17th field are ticks of the process itself and of its children that have ended. */
function ownProcessorTime(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
