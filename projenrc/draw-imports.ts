import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { circleIn, type FileImport, type Imports, importsOfRooms, mermaid, withoutShortcuts } from './imports/rooms';

/**
 * Draws which folders import which, into docs/imports.md. Fails where folders import each other in a circle, and with `--check` where the page
 * is out of date.
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
const imports = importsOfRooms(files);
const circle = circleIn(imports);
if (circle !== undefined) fail(`Folders import each other in a circle: ${circle.join(' → ')}`);

const page = `# Which folders import which

Written by \`npx projen draw\`. An arrow points from a folder to one that it imports; transitive arrows and
tests are left out. There are no circular imports. Finer rules for single files are in \`.dependency-cruiser.cjs\`.

## The library and the examples

${drawn(only(/^(src|examples)\b/))}

## The sandbox and the proofs

The sandbox imports nothing of the library: the synthesized templates are all that it knows.

${drawn(only(/^integ\b/))}
`;
if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
else if (readFileSync(PAGE, 'utf8') !== page) fail(`${PAGE} is out of date: npx projen draw`);

function only(rooms: RegExp): Imports {
  const inside = (room: string) => rooms.test(room);
  return new Map([...imports].filter(([room]) => inside(room)).map(([room, others]) => [room, new Set([...others].filter(inside))]));
}

function drawn(part: Imports): string {
  return `\`\`\`mermaid\n${mermaid(withoutShortcuts(part))}\n\`\`\``;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
