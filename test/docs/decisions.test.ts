import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';

const FOLDER = resolve(__dirname, '..', '..', 'docs/decisions');
const pages = globSync('ADR-*.md', { cwd: FOLDER }).sort();
const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');

test.each(pages)('%s begins with its number, date and status, and is listed by its title', (page) => {
  const [heading, , status] = readFileSync(join(FOLDER, page), 'utf8').split('\n');
  const [, name, title] = /^# (ADR-\d{3}):? (.+)$/.exec(heading) ?? [];
  expect(page.startsWith(`${name}-`)).toBe(true);
  expect(status).toMatch(/^_(Accepted|Superseded|Rejected), \d{4}-\d{2}-\d{2}/);
  expect(index.split('\n').filter((line) => line.includes(`[${name}](${page})`) && line.includes(title))).toHaveLength(1);
});
