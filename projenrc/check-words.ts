import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkWords, type File, grouped, type WordList } from './words/check';

// Part of `npx projen lint`: no name, comment, message or page uses the words of projenrc/words/words.json.

const ROOT = resolve(__dirname, '..');
const LIST = 'projenrc/words/words.json';
const CHECKED = ['src', 'integ', 'examples', 'test', 'docs', 'projenrc', '.projenrc.ts', '*.md'];

/** Generated from checked files, third-party data, or the list itself. */
const SKIPPED = /\.svg$|^API\.md$|\.snapshot\/|\/__snapshots__\/|(^|\/)package-lock\.json$|^projenrc\/words\/words\.json$/;

function checkedFiles(): File[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...CHECKED], { cwd: ROOT });
  const paths = listed.toString().split('\0');
  return paths.filter((path) => path !== '' && !SKIPPED.test(path)).flatMap(readIfThere);
}

/** Git still lists a file whose deletion is not committed. */
function readIfThere(path: string): File[] {
  try {
    return [{ path, text: readFileSync(join(ROOT, path), 'utf8') }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function main(): void {
  const files = checkedFiles();
  const { findings, unused } = checkWords(files, JSON.parse(readFileSync(join(ROOT, LIST), 'utf8')) as WordList);
  for (const { path, line, word, write } of findings) {
    process.stderr.write(`${path}${line === 0 ? '' : `:${line}`}: '${word}' is on the list of words to avoid: write ${write}\n`);
  }
  for (const { text, in: where, word } of unused) {
    const name = [text ?? word, where].filter((part) => part !== undefined).join(' in ');
    process.stderr.write(`${LIST}: the exception '${name}' is no longer needed: remove it\n`);
  }
  const problems = findings.length + unused.length;
  process.stdout.write(`Checked the words of ${files.length} files: ${problems} problems\n`);
  if (process.argv.includes('--by-folder')) writeByFolder(findings.map(({ path }) => path));
  if (problems > 0) process.exitCode = 1;
}

function writeByFolder(paths: readonly string[]): void {
  const folders = grouped(paths, (path) => path.split('/').slice(0, -1).slice(0, 4).join('/'));
  for (const [folder, found] of [...folders].sort()) process.stdout.write(`${String(found.length).padStart(5)} ${folder}\n`);
}

main();
