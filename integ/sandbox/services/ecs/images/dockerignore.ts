import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesWildcard } from '../../../protocol/wildcard';

/**
 * The files of a build folder that COPY may see: those that its `.dockerignore` does not exclude. The last pattern that matches decides.
 * Documented: "Build context", .dockerignore files (Docker); a file `<Dockerfile>.dockerignore` takes precedence.
 *
 * @returns whether a path, relative to the folder, is left out
 */
export function ignoredFiles(folder: string, dockerfile: string, more: readonly string[] = []): (path: string) => boolean {
  const lines = read(join(folder, `${dockerfile}.dockerignore`)) ?? read(join(folder, '.dockerignore')) ?? [];
  const rules = [...lines, ...more]
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ ignored: !line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => {
    const parts = path.split('/');
    // A pattern that matches a folder also covers what is in it.
    const paths = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
    return rules.reduce((ignored, rule) => (paths.some((one) => rule.pattern(one)) ? rule.ignored : ignored), false);
  };
}

function read(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

/** Whether a path matches a pattern of `*`, `?` and `**`, segment by segment. */
export function patternOf(pattern: string): (path: string) => boolean {
  const wanted = pattern.replace(/^\.?\/+|\/+$/g, '').split('/');
  return (path) => matches(wanted, path.split('/'));
}

function matches([first, ...rest]: string[], path: string[]): boolean {
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, at) => matches(rest, path.slice(at))) || matches(rest, []);
  return path.length > 0 && matchesWildcard(first, path[0]) && matches(rest, path.slice(1));
}
