import { resolve } from 'node:path';
import { brokenLinks } from './links';

const ROOT = resolve(__dirname, '..', '..');

test('each link of each page leads to something in the repository', () => {
  expect(brokenLinks(ROOT, ROOT)).toEqual([]);
});
