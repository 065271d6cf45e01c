import { resolve } from 'node:path';
import type { Assembly, ResourceType } from '../contracts';
import { CloudAssembly } from './assembly';
import { graphTypes } from './graph-types';
import { type ManifestContents, readManifest } from './manifest';
import type { Choices } from './scope';

export type { ManifestContents } from './manifest';
export type { Choices } from './scope';

/**
 * Reads a cloud assembly, including nested assemblies and nested stacks, as one graph.
 *
 * @param directory a cdk.out
 * @param types the source of names, Refs and attributes; other types get placeholders
 * Throws an `AssemblyError` that names the place if the folder is not a cloud assembly or has something that is not supported.
 */
export function loadAssembly(directory: string, types: readonly ResourceType[]): Assembly {
  const path = resolve(directory);
  return new CloudAssembly(path, readManifest(path), [...graphTypes, ...types]);
}

/**
 * Opens a cloud assembly that has been read.
 *
 * @param contents as {@link readManifest} returns them, or with other templates
 * @param choices the conditions and parameters of its templates; without them, each has its default
 */
export function openContents(
  directory: string,
  contents: ManifestContents,
  types: readonly ResourceType[],
  choices?: Choices,
): CloudAssembly {
  return new CloudAssembly(resolve(directory), contents, [...graphTypes, ...types], choices);
}
