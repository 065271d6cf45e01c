import { existsSync, readlinkSync } from 'node:fs';

/** What isn't enforced without namespaces, in one line. */
export const NOT_ENFORCED =
  'read-only roots, users, private networks and blocked connections of containers are not enforced, and each task listens on ports of its own';

/** Folders of this machine's operating system: a container sees them instead of those of its image. */
export const SYSTEM_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libexec', '/usr/share'];
/** At the top they are links into /usr on all current distributions. */
export const SYSTEM_LINKS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64'];
/** Settings of the operating system without which its programs do not start or find certificates. */
const SYSTEM_FILES = [
  '/etc/ssl',
  '/etc/ca-certificates',
  '/etc/pki',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
];

/** Arguments of bwrap for the folders of the operating system; `layers` may add files to them. */
export function systemMounts(layers: readonly string[]): string[] {
  const folders = SYSTEM_FOLDERS.filter(existsSync).flatMap((folder) => {
    const added = layers.filter((layer) => existsSync(layer + folder)).map((layer) => layer + folder);
    return added.length === 0
      ? ['--ro-bind', folder, folder]
      : [...[folder, ...added].flatMap((source) => ['--overlay-src', source]), '--ro-overlay', folder];
  });
  const links = SYSTEM_LINKS.filter(existsSync).flatMap((path) => {
    const target = linkOf(path);
    return target === undefined ? ['--ro-bind', path, path] : ['--symlink', target, path];
  });
  return [...folders, ...links, ...SYSTEM_FILES.flatMap((path) => ['--ro-bind-try', path, path]), '--proc', '/proc', '--dev', '/dev'];
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** A path of an image, with the links at its top followed: `/bin/uv` is `/usr/bin/uv`. */
export function withoutLinks(path: string): string {
  const link = SYSTEM_LINKS.find((one) => path === one || path.startsWith(`${one}/`));
  return link === undefined ? path : `/usr${path}`;
}
