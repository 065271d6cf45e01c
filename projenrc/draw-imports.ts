import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cycleIn, type FileImport, type Imports, importsOfFolders, mermaid, withoutTransitive } from './imports/folders';

/**
 * Draws the imports between folders, into docs/imports.md. Fails if folders import each other in a cycle, and with `--check` if the page is out
 * of date.
 */
const PAGE = 'docs/imports.md';

interface Cruise {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly { readonly resolved: string }[] }[];
}

const cruised = execFileSync('depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'integ', 'examples'], {
  maxBuffer: 2 ** 28,
  encoding: 'utf8',
});
const { modules } = JSON.parse(cruised) as Cruise;
const files = modules.flatMap(({ source, dependencies }) => dependencies.map(({ resolved }): FileImport => [source, resolved]));
const imports = importsOfFolders(files);
const cycle = cycleIn(imports);
if (cycle !== undefined) fail(`Folders import each other in a cycle: ${cycle.join(' → ')}`);

const page = `# Imports between folders

Written by \`npx projen draw\`. An arrow points from a folder to one that it imports; transitive arrows and
tests are left out. There are no cycles. Rules for single files are in \`.dependency-cruiser.cjs\`.

## The library and the examples

${drawn(only(/^(src|examples)\b/))}

## The sandbox and the proofs

The sandbox imports nothing of the library: its only input is the synthesized templates.

${drawn(only(/^integ\b/))}
`;
if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
else if (readFileSync(PAGE, 'utf8') !== page) fail(`${PAGE} is out of date: run npx projen draw`);

function only(folders: RegExp): Imports {
  const inside = (folder: string) => folders.test(folder);
  return new Map(
    [...imports].filter(([folder]) => inside(folder)).map(([folder, others]) => [folder, new Set([...others].filter(inside))]),
  );
}

function drawn(part: Imports): string {
  return `\`\`\`mermaid\n${mermaid(withoutTransitive(part))}\n\`\`\``;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
