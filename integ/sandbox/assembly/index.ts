import { resolve } from 'node:path';
import type { Assembly, TypeKnowledge } from '../contracts';
import { CloudAssembly } from './assembly';
import { knowledge as own } from './knowledge';
import { readManifest } from './manifest';

export { knowledge } from './knowledge';

/**
 * Reads a cloud assembly, nested assemblies and nested stacks included, as one graph.
 *
 * @param directory a cdk.out
 * @param knowledge what the boxes know of types: names, Refs and attributes come from it; for types that are not in it they are made up
 * Throws an `AssemblyError` that names the place, when the folder is no cloud assembly or has something that is not understood.
 */
export function loadAssembly(directory: string, knowledge: readonly TypeKnowledge[]): Assembly {
  const path = resolve(directory);
  return new CloudAssembly(path, readManifest(path), [...own, ...knowledge]);
}
