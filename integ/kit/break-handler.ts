import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { globSync } from 'glob';
import { REPOSITORY } from './repository';

/** A replacement in the sources of a handler. */
export interface SourceChange {
  /** Relative to the folder of the sources. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A handler of the library, whose sources are changed. */
export interface BrokenHandler {
  /** Relative to the root of the repository: `src/resilient-gov-sync/run-sync.lambda.ts`. */
  readonly entry: string;
  /** The folder of the changed sources, relative to the root of the repository. */
  readonly sources: string;
  /** A text that only this handler contains, also when it is minified. */
  readonly contains: string;
  readonly changes: readonly SourceChange[];
}

/**
 * Replaces a handler by one that is made of changed sources.
 *
 * @param folder a cloud assembly
 * @throws if a text is not in its source, or the assembly has no such handler
 */
export async function breakHandler(folder: string, { entry, sources, contains, changes }: BrokenHandler): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(REPOSITORY, entry)],
    ...{ bundle: true, platform: 'node', target: 'node24', format: 'cjs', write: false },
    external: ['@aws-sdk/*', '@smithy/*'],
    plugins: [changing(join(REPOSITORY, sources), changes)],
  });
  const handlers = globSync('asset.*/index.js', { cwd: folder })
    .map((file) => join(folder, file))
    .filter((file) => readFileSync(file, 'utf8').includes(contains));
  if (handlers.length === 0) throw new Error(`${folder} has no handler that contains ${contains}`);
  for (const handler of handlers) writeFileSync(handler, outputFiles[0].text);
}

function changing(folder: string, changes: readonly SourceChange[]): Plugin {
  return {
    name: 'break',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path.startsWith(`${folder}/`)
          ? { contents: changedSource(readFileSync(path, 'utf8'), path.slice(folder.length + 1), changes), loader: 'ts' }
          : undefined,
      ),
  };
}

/** @param file relative to the folder of the sources @throws if a text is not in its source */
export function changedSource(source: string, file: string, changes: readonly SourceChange[]): string {
  return changes
    .filter((change) => change.file === file)
    .reduce((text, { from, to }) => {
      if (!text.includes(from)) throw new Error(`${file} has nothing to break: expected the text ${from}`);
      return text.replace(from, to);
    }, source);
}

/** The sources that are changed, before and after. @throws if a text is not in its source */
export function changedSources({ sources, changes }: Pick<BrokenHandler, 'sources' | 'changes'>): {
  readonly before: string;
  readonly after: string;
}[] {
  return [...new Set(changes.map(({ file }) => file))].map((file) => {
    const before = readFileSync(join(REPOSITORY, sources, file), 'utf8');
    return { before, after: changedSource(before, file, changes) };
  });
}
