import { resolve } from 'node:path';
import type { Assembly, ResourceType } from '../contracts';
import { CloudAssembly } from './assembly';
import { graphTypes } from './graph-types';
import { readManifest } from './manifest';

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
