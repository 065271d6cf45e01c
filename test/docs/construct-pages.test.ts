import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';
import { headingsOutOfOrder } from './construct-pages';

const ROOT = resolve(__dirname, '..', '..');
const pages = globSync('src/*/README.md', { cwd: ROOT, ignore: ['src/core/**', 'src/runtime/**'] }).sort();

test('every construct has a README', () => {
  expect(pages.length).toBeGreaterThanOrEqual(8);
});

test.each(pages)('%s has all four parts in order', (page) => {
  expect(headingsOutOfOrder(readFileSync(join(ROOT, page), 'utf8'))).toBeUndefined();
});

test('finds a part that is missing, repeated or misplaced', () => {
  const page = (...titles: string[]) => titles.map((title) => `## ${title}\n\n\`\`\`sh\n## no heading\n\`\`\`\n`).join('\n');
  const whole = ['Use it', 'What it guarantees', 'Operate it', 'How it works and why'];
  expect(headingsOutOfOrder(page(...whole))).toBeUndefined();
  expect(headingsOutOfOrder(page(...whole.slice(0, 3)))).toBe('Use it · What it guarantees · Operate it');
  expect(headingsOutOfOrder(page('Operate it', ...whole))).toMatch(/^Operate it · Use it/);
  expect(headingsOutOfOrder(page('Use it', 'Operate it', 'What it guarantees', 'How it works and why'))).toMatch(/^Use it · Operate it/);
  expect(headingsOutOfOrder(page(...whole, 'More'))).toMatch(/More$/);
});
