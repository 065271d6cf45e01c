import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from '../../../contracts';
import type { Settings } from '../../../service-module';
import { collectorImage } from '../collector/collector';
import { checkDockerfile, type ImageSource } from './build';

/**
 * What an image is built from: an asset of the assembly, the folder that `--image` gives for its name, or the receiver in place of a
 * collector.
 *
 * @throws where there is neither, or where its Dockerfile cannot be built here
 */
export function findImage(assembly: Assembly, uri: string, { images }: Pick<Settings, 'images'>): ImageSource {
  const source = mapped(uri, images) ?? collectorImage(uri) ?? assetOf(assembly, uri);
  if (source === undefined)
    throw new Error(`${uri} can't be fetched: give the folder of its Dockerfile with --image ${withoutTag(uri)}=folder`);
  const path = join(source.folder, source.dockerfile);
  if (!existsSync(path)) throw new Error(`${path} does not exist, although the image ${uri} is built from it`);
  checkDockerfile(source);
  return source;
}

/** Whether the user gave a folder for the name of an image. */
export function isGiven(uri: string, { images }: Pick<Settings, 'images'>): boolean {
  return mapped(uri, images) !== undefined;
}

function mapped(uri: string, images: Settings['images']): ImageSource | undefined {
  const folder = images.get(uri) ?? images.get(withoutTag(uri));
  return folder === undefined ? undefined : { folder, dockerfile: 'Dockerfile', args: {} };
}

function assetOf(assembly: Assembly, uri: string): ImageSource | undefined {
  const asset = assembly.imageAsset(uri);
  if (asset !== undefined && asset.unsupported.length > 0) {
    throw new Error(`the image ${uri} is built with ${asset.unsupported.join(', ')}, which is not supported`);
  }
  return asset;
}

function withoutTag(uri: string): string {
  const [name] = uri.split('@');
  return /^(.*?)(:[\w.-]+)?$/.exec(name)?.[1] ?? name;
}
