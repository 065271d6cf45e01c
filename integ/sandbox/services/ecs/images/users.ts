import { readFileSync } from 'node:fs';
import { lookUp } from './layers';

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/**
 * Finds `node`, `1000`, `node:staff` or `1000:1000` in the files of an image. A number needs no entry there.
 *
 * @returns undefined if there is no such user or group
 */
export function findUser(layers: readonly string[], text: string): User | undefined {
  if (text === '') return { uid: 0, gid: 0, home: '/root' };
  const [name, group] = text.split(':');
  const entry = entries(layers, '/etc/passwd').find(([own, , uid]) => own === name || uid === name);
  if (entry === undefined && !/^\d+$/.test(name)) return undefined;
  const gid = group === undefined ? Number(entry?.[3] ?? 0) : findGroup(layers, group);
  return gid === undefined ? undefined : { uid: Number(entry?.[2] ?? name), gid, home: entry?.[5] ?? '/' };
}

function findGroup(layers: readonly string[], group: string): number | undefined {
  if (/^\d+$/.test(group)) return Number(group);
  const gid = entries(layers, '/etc/group').find(([own]) => own === group)?.[2];
  return gid === undefined ? undefined : Number(gid);
}

function entries(layers: readonly string[], path: string): string[][] {
  const found = lookUp(layers, path);
  if (found === undefined) return [];
  return readFileSync(found.file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}
