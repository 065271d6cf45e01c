import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'glob';
import { codeBlocks } from './markdown';

/** A command that a page names: in a block of `sh`, or as `npx projen …` in a line. */
export interface Command {
  readonly line: number;
  readonly words: readonly string[];
}

/** Where a user's own things stand in the pages. */
const PLACEHOLDER = /^(path\/to\/|\.\.\/|~|\/tmp\/|\/path)|[<>$*[\]{}…]/;
const FILE = /^(\.?[\w-]+\/)*[\w.-]+\.(ts|js|mjs|cjs|sh|py|json|md)$|^\.ci\/run$/;

export function commandsIn(text: string): Command[] {
  const blocks = codeBlocks(text).filter(({ language }) => language === 'sh');
  const ofBlocks = blocks.flatMap(({ line, code }) =>
    code.split('\n').flatMap((one, index) => split(one).map((words) => ({ line: line + index, words }))),
  );
  const lines = text.split('\n');
  const inside = new Set(codeBlocks(text).flatMap(({ line, code }) => code.split('\n').map((_, index) => line + index)));
  const ofLines = lines.flatMap((one, index) =>
    inside.has(index + 1)
      ? []
      : [...one.matchAll(/`([^`]*)`/g)].flatMap(([, code]) => split(code).map((words) => ({ line: index + 1, words }))),
  );
  return [...ofBlocks, ...ofLines.filter(({ words }) => words[0] === 'npx' && words[1] === 'projen')];
}

/** The commands of a line, without its comment and the variables that it sets. */
function split(line: string): string[][] {
  return line
    .replace(/(^|\s)#.*$/, '')
    .split(/&&|\|\||;|\|/)
    .map((command) => command.trim().split(/\s+/))
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .filter(([first]) => first !== undefined && first !== '');
}

/** What is wrong with the commands of all pages: a task, a proof, a system, a program or a file that isn't there after `npm ci`. */
export function unknownCommands(root: string): string[] {
  const { tasks } = JSON.parse(readFileSync(join(root, '.projen/tasks.json'), 'utf8')) as { tasks: Record<string, unknown> };
  const pages = globSync('**/*.md', { cwd: root, ignore: ['**/node_modules/**', '**/cdk.out/**', 'reports/**', 'CHANGELOG.md', 'API.md'] });
  return pages.sort().flatMap((page) =>
    commandsIn(readFileSync(join(root, page), 'utf8')).flatMap(({ line, words }) => {
      const problem = problemOf(root, page, words, tasks);
      return problem === undefined ? [] : [`${page}:${line} ${words.join(' ')}: ${problem}`];
    }),
  );
}

function problemOf(root: string, page: string, words: readonly string[], tasks: Record<string, unknown>): string | undefined {
  const [first, program, task, argument] = words;
  if (first === 'npx' && program === 'projen') {
    if (task === undefined || PLACEHOLDER.test(task)) return undefined;
    if (!Object.hasOwn(tasks, task)) return `there is no task ${task}`;
    if (argument === undefined || PLACEHOLDER.test(argument)) return undefined;
    if (task === 'prove' && !existsSync(join(root, 'integ/proofs', argument, 'index.ts'))) return `there is no proof ${argument}`;
    if (task === 'start' && !existsSync(join(root, 'examples', argument))) return `there is no system ${argument}`;
  } else if (first === 'npx' && program !== undefined) {
    const name = program.replace(/(?<=.)@.*$/, '').replace(/^aws-cdk$/, 'cdk');
    if (!name.startsWith('-') && !existsSync(join(root, 'node_modules/.bin', name))) return `there is no program ${name}`;
  }
  const missing = words.find((word) => FILE.test(word) && !PLACEHOLDER.test(word) && !isThere(root, page, word));
  return missing === undefined ? undefined : `there is no file ${missing}`;
}

/** From the root, or from the page's own folder. */
function isThere(root: string, page: string, file: string): boolean {
  return existsSync(join(root, file)) || existsSync(join(root, dirname(page), file));
}
