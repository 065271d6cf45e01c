import { existsSync } from 'node:fs';
import { command } from './command';
import { findBubblewrap } from './pip-programs';

/**
 * How processes of containers are kept apart. With namespaces, each container has its own root, processes and user, and each task its own
 * network. Without them, containers are ordinary processes.
 */
export type Isolation =
  | { readonly kind: 'namespaces'; readonly bwrap: string; readonly nsenter: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Namespaces, where this machine allows them to this user. `ANDAMIO_ISOLATION=none` does without. */
export async function findIsolation(report: (line: string) => void): Promise<Isolation> {
  if (process.env.ANDAMIO_ISOLATION === 'none') return none('ANDAMIO_ISOLATION is none');
  if (process.platform !== 'linux') return none(`${process.platform} has no namespaces`);
  try {
    const bwrap = await findBubblewrap(report);
    const nsenter = ['/usr/bin/nsenter', '/bin/nsenter'].find(existsSync);
    if (nsenter === undefined) return none('the program nsenter of util-linux is not on this machine');
    // The probe does what a container needs: namespaces, an overlay as root, and a process file system.
    const overlay = ['--overlay-src', '/usr', '--tmp-overlay', '/usr'];
    const probe = [
      '--unshare-user',
      '--unshare-net',
      '--unshare-pid',
      '--ro-bind',
      '/',
      '/',
      ...overlay,
      '--proc',
      '/proc',
      '--dev',
      '/dev',
    ];
    await command(bwrap, [...probe, '--', '/usr/bin/env', 'true']);
    return { kind: 'namespaces', bwrap, nsenter };
  } catch (error) {
    return none((error as Error).message);
  }
}

const none = (reason: string): Isolation => ({ kind: 'none', reason });
