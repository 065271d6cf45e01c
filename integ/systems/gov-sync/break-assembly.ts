import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { globSync } from 'glob';
import { REPOSITORY } from '../../kit/repository';

/** A fault of the sync that a proof must find. */
export interface Break {
  readonly what: string;
  /** What is replaced in the sources of the function that runs the steps. */
  readonly changes: readonly SourceChange[];
}

export interface SourceChange {
  /** In src/resilient-gov-sync/lambda. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const SOURCES = join(REPOSITORY, 'src', 'resilient-gov-sync');
/** A text that only the handler of the steps contains, also when it is minified. */
const IN_HANDLER = 'GIVE_UP';

/**
 * Replaces the handler that runs the steps by one that is made of changed sources.
 *
 * @param folder a cloud assembly
 * @throws if a text is not in its source, or the assembly has no such handler
 */
export async function breakAssembly(folder: string, { changes }: Break): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(SOURCES, 'run-sync.lambda.ts')],
    ...{ bundle: true, platform: 'node', target: 'node24', format: 'cjs', write: false },
    external: ['@aws-sdk/*', '@smithy/*'],
    plugins: [changing(changes)],
  });
  const handlers = globSync('asset.*/index.js', { cwd: folder })
    .map((file) => join(folder, file))
    .filter((file) => readFileSync(file, 'utf8').includes(IN_HANDLER));
  if (handlers.length === 0) throw new Error(`${folder} has no handler that runs the steps of a sync`);
  for (const handler of handlers) writeFileSync(handler, outputFiles[0].text);
}

function changing(changes: readonly SourceChange[]): Plugin {
  return {
    name: 'break',
    setup: ({ onLoad }) =>
      onLoad({ filter: /resilient-gov-sync\/lambda\/.*\.ts$/ }, ({ path }) => ({
        contents: changed(readFileSync(path, 'utf8'), path, changes),
        loader: 'ts',
      })),
  };
}

/** @throws if a text is not in its source */
export function changed(source: string, path: string, changes: readonly SourceChange[]): string {
  return changes
    .filter(({ file }) => path.endsWith(`/lambda/${file}`))
    .reduce((text, { from, to }) => {
      if (!text.includes(from)) throw new Error(`${path} has nothing to break: expected the text ${from}`);
      return text.replace(from, to);
    }, source);
}

/** The sources that a break changes, before and after. @throws if a text is not in its source */
export function changedSources({ changes }: Break): { readonly before: string; readonly after: string }[] {
  return [...new Set(changes.map(({ file }) => file))].map((file) => {
    const path = join(SOURCES, 'lambda', file);
    const before = readFileSync(path, 'utf8');
    return { before, after: changed(before, path, changes) };
  });
}
