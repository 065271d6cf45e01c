import { AssemblyError } from './errors';

/**
 * Sorts the nodes so that each comes after its dependencies, and otherwise keeps their order. Throws with the path of a cycle.
 */
export function topological<T>(nodes: readonly T[], dependencies: (node: T) => Iterable<T>, name: (node: T) => string): T[] {
  const ordered = new Set<T>();
  const open = new Set<T>();
  const visit = (node: T) => {
    if (ordered.has(node)) {
      return;
    }
    if (open.has(node)) {
      const way = [...open];
      throw new AssemblyError(`Resources depend on each other: ${[...way.slice(way.indexOf(node)), node].map(name).join(' → ')}`);
    }
    open.add(node);
    for (const dependency of dependencies(node)) {
      visit(dependency);
    }
    open.delete(node);
    ordered.add(node);
  };
  nodes.forEach(visit);
  return [...ordered];
}
