import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, Owner } from '../images/image';
import { lookUp } from '../images/layers';
import type { User } from '../images/users';
import { systemMounts } from '../isolation/isolation';
import type { ContainerDefinition } from '../task-definition';

/** A volume of a task: a folder of this machine, and who may write to it. */
export interface Volume {
  readonly folder: string;
  readonly owner: Omit<Owner, 'path'>;
  /** Whether every user may write to it. */
  readonly shared: boolean;
}

/**
 * The volumes of a task. An image's folder is copied to a volume only where the Dockerfile declares a VOLUME with the path of the mount;
 * every other volume is empty and belongs to root. Documented: "Use bind mounts with Amazon ECS".
 */
export function createVolumes(
  names: readonly string[],
  folder: string,
  containers: readonly { definition: ContainerDefinition; image: Image }[],
): Map<string, Volume> {
  return new Map(
    names.map((name) => {
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      const declared = containers.flatMap(({ definition, image }) =>
        definition.mounts
          .filter((mount) => mount.volume === name && image.config.volumes.includes(mount.path))
          .map(({ path }) => ({ path, image })),
      );
      const [first] = declared;
      if (first === undefined) return [name, { folder: own, owner: { uid: 0, gid: 0 }, shared: false }];
      for (const layer of first.image.layers.filter((one) => existsSync(join(one, first.path))))
        cpSync(join(layer, first.path), own, { recursive: true, verbatimSymlinks: true });
      const found = lookUp(first.image.layers, first.path);
      return [name, { folder: own, owner: ownerOf(first.image.owners, first.path), shared: ((found?.stats.mode ?? 0) & 0o002) !== 0 }];
    }),
  );
}

/** The last owner that was set for a path or for what it is in; root without one. */
export function ownerOf(owners: readonly Owner[], path: string): Omit<Owner, 'path'> {
  const found = [...owners].reverse().find((owner) => path === owner.path || path.startsWith(`${owner.path}/`));
  return found ?? { uid: 0, gid: 0 };
}

export interface Root {
  readonly image: Image;
  readonly definition: ContainerDefinition;
  readonly user: User;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Files of this machine that a container sees in place of its own, by their paths. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Arguments of bwrap for the root of a container. There is one user in it, so that permissions cannot depend on owners: what belongs to
 * another user than the container's is mounted read-only instead.
 */
export function rootMounts({ image, definition, user, volumes, files }: Root): string[] {
  const { layers } = image;
  const overlay = (path: string) =>
    layers
      .map((layer) => join(layer, path))
      .filter(isFolder)
      .flatMap((folder) => ['--overlay-src', folder]);
  const own = definition.readonlyRoot || user.uid === 0 ? [] : ownFolders(image, user);
  const shared = definition.readonlyRoot ? [] : ['/tmp', '/var/tmp'];
  const mounts = definition.mounts.flatMap(({ volume, path, readOnly }) => {
    const { folder, owner, shared: everyone } = volumes.get(volume) as Volume;
    const writable = !readOnly && (everyone || user.uid === 0 || owner.uid === user.uid);
    return [writable ? '--bind' : '--ro-bind', folder, path];
  });
  return [
    ...[...overlay('/'), '--tmp-overlay', '/'],
    ...systemMounts(layers),
    ...image.needs.flatMap((path) => ['--ro-bind', path, path]),
    ...own.flatMap((path) => [...overlay(path), '--tmp-overlay', path]),
    ...shared.flatMap((path) => ['--perms', '1777', '--tmpfs', path]),
    ...mounts,
    ...definition.tmpfs.flatMap(({ path, megabytes }) => ['--size', String(megabytes * 1024 * 1024), '--perms', '1777', '--tmpfs', path]),
    ...[...files].flatMap(([path, file]) => ['--ro-bind', file, path]),
    ...(definition.readonlyRoot || user.uid !== 0 ? ['--remount-ro', '/'] : []),
  ];
}

/** The folders of an image that belong to a user, without those within others. */
function ownFolders({ layers, owners }: Image, { uid }: User): string[] {
  const folders = [...new Set(owners.map(({ path }) => path))]
    .filter((path) => ownerOf(owners, path).uid === uid && lookUp(layers, path)?.stats.isDirectory())
    .sort();
  return folders.filter((path) => !folders.some((other) => path.startsWith(`${other}/`)));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
