import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = [
  'etc',
  'home',
  'media',
  'mnt',
  'opt',
  'root',
  'run',
  'srv',
  'var/cache',
  'var/lib',
  'var/log',
  'var/run',
  'usr/local/bin',
  'usr/local/lib',
];
const SHARED = ['tmp', 'var/tmp'];

/** Writes the folders and the users that Debian's and Alpine's images have. */
export function writeSkeleton(
  folder: string,
  users: readonly { readonly name: string; readonly id: number; readonly home: string }[],
): void {
  for (const name of [...FOLDERS, ...users.map(({ home }) => home.slice(1))]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of SHARED) mkdirSync(join(folder, name), { recursive: true, mode: 0o1777 });
  const all = [
    { name: 'root', id: 0, home: '/root' },
    { name: 'daemon', id: 1, home: '/usr/sbin' },
    { name: 'www-data', id: 33, home: '/var/www' },
    { name: 'nobody', id: 65534, home: '/nonexistent' },
    ...users,
  ];
  const lines = (of: (user: (typeof all)[number]) => string) => `${all.map(of).join('\n')}\n`;
  writeFileSync(
    join(folder, 'etc/passwd'),
    lines(({ name, id, home }) => `${name}:x:${id}:${id}::${home}:/bin/sh`),
  );
  writeFileSync(
    join(folder, 'etc/group'),
    lines(({ name, id }) => `${name === 'nobody' ? 'nogroup' : name}:x:${id}:`),
  );
  writeFileSync(join(folder, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
}
