import { resolve } from 'node:path';
import { brokenLinks } from './links';

const ROOT = resolve(__dirname, '..', '..');

test('all links on all pages have a target in the repository', () => {
  expect(brokenLinks(ROOT, ROOT)).toEqual([]);
});
