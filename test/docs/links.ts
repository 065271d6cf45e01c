import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globSync } from 'glob';
import { anchorsIn, linksIn } from './markdown';

/** Where links to the repository itself begin. */
const REPOSITORY = 'https://github.com/cdk-andamio/cdk-andamio/blob/main/';

/**
 * What is wrong with the links of all pages in a folder: a target that isn't there, or a heading that its page doesn't have.
 *
 * @param repository a working copy, in which links to the repository are looked up
 */
export function brokenLinks(folder: string, repository: string): string[] {
  const pages = globSync('**/*.md', {
    cwd: folder,
    ignore: ['**/node_modules/**', '**/cdk.out/**', 'dist/**', 'reports/**', '**/*.snapshot/**'],
  });
  return pages.sort().flatMap((page) =>
    linksIn(readFileSync(join(folder, page), 'utf8')).flatMap(({ line, target }) => {
      const own = target.startsWith(REPOSITORY);
      if (!own && /^[a-z]+:/.test(target)) return [];
      const [path, anchor] = (own ? target.slice(REPOSITORY.length) : target).split('#');
      const file = path === '' ? join(folder, page) : own ? join(repository, path) : resolve(folder, dirname(page), decodeURI(path));
      const where = `${page}:${line} ${target}`;
      if (!existsSync(file)) return [`${where}: not found`];
      if (anchor === undefined || anchor === '' || statSync(file).isDirectory() || !file.endsWith('.md')) return [];
      return anchorsIn(readFileSync(file, 'utf8')).includes(anchor) ? [] : [`${where}: the page has no such heading`];
    }),
  );
}
