import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The three numbers of a version, without a pre-release suffix. */
function numbersOf(version: string): readonly number[] {
  return version.split(/[.+-]/, 3).map(Number);
}

function isOlder(found: string, floor: string): boolean {
  const [a, b] = [numbersOf(found), numbersOf(floor)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at] < b[at];
}

/**
 * Returns one sentence for each peer dependency that is older than required.
 *
 * @param needed the `peerDependencies` of this package, each a caret range
 * @param versionOf returns the version of an installed package; development builds of the CDK are 0.0.0
 */
export function problemsOfPeers(needed: Readonly<Record<string, string>>, versionOf: (name: string) => string): string[] {
  return Object.entries(needed).flatMap(([name, range]) => {
    const [floor, found] = [range.replace('^', ''), versionOf(name)];
    if (found === '0.0.0' || !isOlder(found, floor)) return [];
    return [
      `cdk-andamio needs ${name} ${floor} or newer, found ${found}: install a newer one, for example with npm install ${name}@latest.`,
    ];
  });
}

/** Looks in the folders first: resolving a package with as many entry points as aws-cdk-lib has takes longer than everything else here. */
function installedVersion(name: string): string {
  const file = module.paths.map((folder) => join(folder, name, 'package.json')).find(existsSync) ?? require.resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const manifest = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', '..', 'package.json'), 'utf8')) as {
  peerDependencies: Record<string, string>;
};

const problems = problemsOfPeers(manifest.peerDependencies, installedVersion);
if (problems.length > 0) throw new Error(problems.join('\n'));
