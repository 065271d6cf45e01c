import { resolve } from 'node:path';
import type { Assembly, ResourceType } from '../contracts';
import { CloudAssembly } from './assembly';
import { graphTypes } from './graph-types';
import { readManifest } from './manifest';

/**
 * Reads a cloud assembly, nested assemblies and nested stacks included, as one graph.
 *
 * @param directory a cdk.out
 * @param types names, Refs and attributes come from them; for types that are not in the list they are placeholders
 * Throws an `AssemblyError` that names the place, when the folder is no cloud assembly or has something that is not supported.
 */
export function loadAssembly(directory: string, types: readonly ResourceType[]): Assembly {
  const path = resolve(directory);
  return new CloudAssembly(path, readManifest(path), [...graphTypes, ...types]);
}
