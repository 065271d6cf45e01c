import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { codeBlocks } from '../test/docs/markdown';

const ROOT = resolve(__dirname, '..');
const blocks = codeBlocks(readFileSync(join(ROOT, 'README.md'), 'utf8'));
const blockOf = (language: string): string => blocks.find((block) => block.language === language)?.code ?? '';

/** Code lines only: jsii does not translate method names in comments, and it puts imports of structs on separate lines. */
function codeOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\s+#.*/, '').trimEnd());
  return lines.filter((line) => line !== '' && !/^(!!|from |import )/.test(line));
}

test('the Python app of the README is what jsii translates from the TypeScript app', () => {
  const file = join(tmpdir(), `readme-${process.pid}.ts`);
  writeFileSync(file, blockOf('ts'));
  try {
    const args = ['jsii-rosetta', 'snippet', file, '--language', 'python'];
    const translated = execFileSync('npx', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(codeOf(blockOf('python'))).toEqual(codeOf(translated));
  } finally {
    rmSync(file);
  }
});
