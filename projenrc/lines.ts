import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'glob';
import * as ts from 'typescript';

/**
 * Counts the lines of code of the sandbox by folder, and of the library, without tests, test helpers, comments and blank lines.
 *
 *     npx projen lines [root of a working copy]
 */
const root = process.argv[2] ?? '.';
const TEST = /\.test\.ts$|(^|\/)(fixtures|testing)(\/|\.ts$)|\.d\.ts$/;

function filesOf(folder: string): string[] {
  const files = globSync('**/*.{ts,mjs,py,java}', { cwd: join(root, folder) });
  return files.filter((file) => !TEST.test(file) && !file.includes('node_modules/')).map((file) => join(folder, file));
}

function linesOf(file: string): number {
  const text = readFileSync(join(root, file), 'utf8');
  if (!/\.(ts|mjs)$/.test(file)) return text.split('\n').filter((line) => !/^\s*($|#|\/\/|\/?\*|""")/.test(line)).length;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const lines = new Set<number>();
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    const parts = node.getChildren(source).filter(({ kind }) => kind < ts.SyntaxKind.FirstJSDocNode || kind > ts.SyntaxKind.LastJSDocNode);
    for (const part of parts) visit(part);
    if (parts.length > 0 || node.getWidth(source) === 0) return;
    for (let line = lineAt(node.getStart(source)); line <= lineAt(node.getEnd()); line++) lines.add(line);
  };
  visit(source);
  return lines.size;
}

interface Row {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
}

function row(name: string, files: readonly string[]): Row {
  return { name, files: files.length, lines: files.reduce((sum, file) => sum + linesOf(file), 0) };
}

/** Each service is counted as one folder. */
function folderOf(file: string): string {
  const parts = file.split('/').slice(2, -1);
  return parts.slice(0, parts[0] === 'services' ? 2 : 1).join('/') || '.';
}

const sandbox = filesOf('integ/sandbox');
const rows = [
  ...[...new Set(sandbox.map(folderOf))].sort().map((folder) =>
    row(
      `integ/sandbox/${folder}`,
      sandbox.filter((file) => folderOf(file) === folder),
    ),
  ),
  row('integ/sandbox, all', sandbox),
  row('src', filesOf('src')),
];
const width = Math.max(...rows.map(({ name }) => name.length));
for (const { name, files, lines } of rows) {
  console.log(`${name.padEnd(width)} ${String(files).padStart(4)} files ${lines.toLocaleString('en').padStart(7)} lines`);
}
