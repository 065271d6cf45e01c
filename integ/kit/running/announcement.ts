import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A system that another process of this checkout runs, and the address at which it answers questions. */
export interface Announcement {
  readonly system: string;
  readonly origin: string;
  readonly pid: number;
}

/** The git-ignored folder with one file for each running system. */
const FOLDER = resolve(__dirname, '..', '..', '..', '.tmp', 'running');

/** Lets other processes find a system. @returns what takes it back */
export function announce(system: string, origin: string, folder = FOLDER): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}-${new URL(origin).port}.json`);
  const announcement: Announcement = { system, origin, pid: process.pid };
  writeFileSync(file, JSON.stringify(announcement));
  return () => rmSync(file, { force: true });
}

/** The systems that run. What a killed process left is removed. */
export function findRunning(folder = FOLDER): Announcement[] {
  return namesIn(folder).flatMap((name) => {
    const file = join(folder, name);
    const announcement = read(file);
    if (announcement !== undefined && isAlive(announcement.pid)) return [announcement];
    rmSync(file, { force: true });
    return [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function read(file: string): Announcement | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Announcement;
  } catch {
    return undefined;
  }
}

/** Another process may have the id by now. The command does not get an answer from it then. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
