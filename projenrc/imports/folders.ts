/** The imports between folders. A folder represents all files below it. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** The path of the importing file, and the path of the imported file. */
export type FileImport = readonly [from: string, to: string];

const FOLDERS = [
  /^src\/core\/private\/base/,
  /^src\/core\/private/,
  /^src\/[^/]+(?=\/)/,
  /^integ\/sandbox\/(contracts|service-module)(?=\.ts$)/,
  /^integ\/sandbox\/services(?=\/[^/]+\/)/,
  /^integ\/sandbox\/[^/]+(?=\/)/,
  /^integ\/sandbox/,
  /^integ\/[^/]+(?=\/)/,
  /^examples\/[^/]+/,
];
/** Index files that import every folder below them, and the folder that they count as. */
const INDEX: Readonly<Record<string, string>> = { 'src/index.ts': 'src', 'integ/sandbox/services/index.ts': 'integ/sandbox' };
const TEST = /\.test\.ts$|\/(fixtures|testing)(\/|\.ts$)/;

function folderOf(file: string): string | undefined {
  return INDEX[file] ?? FOLDERS.map((folder) => folder.exec(file)?.[0]).find((folder) => folder !== undefined);
}

export function importsOfFolders(files: readonly FileImport[]): Imports {
  const folders = new Map<string, Set<string>>();
  for (const [from, to] of files) {
    const [folder, other] = [folderOf(from), folderOf(to)];
    if (TEST.test(from) || folder === undefined || other === undefined || folder === other) continue;
    folders.set(folder, (folders.get(folder) ?? new Set()).add(other));
    folders.set(other, folders.get(other) ?? new Set());
  }
  return folders;
}

/** Returns a cycle of imports as the path from a folder back to itself, or undefined if there is none. */
export function cycleIn(imports: Imports): readonly string[] | undefined {
  const finished = new Set<string>();
  const walk = (folder: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    if (finished.has(folder)) return undefined;
    for (const other of imports.get(folder) ?? []) {
      const cycle = walk(other, [...path, folder]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(folder);
    return undefined;
  };
  for (const folder of imports.keys()) {
    const cycle = walk(folder, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Removes transitive arrows (a → c if a → b → c exists), so that the drawing is readable. The imports must have no cycle. */
export function withoutTransitive(imports: Imports): Imports {
  const reached = (folder: string): Set<string> => {
    const found = new Set<string>();
    const rest = [...(imports.get(folder) ?? [])];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      rest.push(...(imports.get(next) ?? []));
    }
    return found;
  };
  const direct = (others: ReadonlySet<string>) =>
    [...others].filter((one) => ![...others].some((other) => other !== one && reached(other).has(one)));
  return new Map([...imports].map(([folder, others]) => [folder, new Set(direct(others))]));
}

export function mermaid(imports: Imports): string {
  const id = (folder: string) => folder.replace(/\W/g, '_');
  const folders = [...imports.keys()].sort();
  return [
    'flowchart TD',
    ...folders.map((folder) => `  ${id(folder)}["${folder}"]`),
    ...folders.flatMap((folder) => [...(imports.get(folder) ?? [])].sort().map((other) => `  ${id(folder)} --> ${id(other)}`)),
  ].join('\n');
}
