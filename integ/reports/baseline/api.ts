import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../kit/repository';
import type { BreakingChange } from './templates';

/** Breaking changes between two `.jsii` files, found by jsii-diff. Experimental APIs count as stable. */
export function breakingApi(before: string, after: string): BreakingChange[] {
  mkdirSync(join(REPOSITORY, '.tmp'), { recursive: true });
  // Inside the repository, so that jsii-diff finds the packages that the API refers to.
  const folder = mkdtempSync(join(REPOSITORY, '.tmp', 'baseline-'));
  try {
    const packageOf = (name: string, api: string) => {
      const own = join(folder, name);
      mkdirSync(own);
      writeFileSync(join(own, '.jsii'), api);
      writeFileSync(join(own, 'package.json'), packageJson());
      return own;
    };
    const paths = [packageOf('before', before), packageOf('after', after)];
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [require.resolve('jsii-diff/bin/jsii-diff'), ...paths, '--keys', '--error-on', 'all'],
      { encoding: 'utf8', env: { ...process.env, JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION: '1' } },
    );
    const changes = readDifferences(`${stdout}${stderr}`);
    if (status !== 0 && changes.length === 0) throw new Error(`jsii-diff failed:\n${stdout}${stderr}`);
    return changes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `err  - PROP cdk-andamio.TenantTable.name: has been removed [removed:cdk-andamio.TenantTable.name]` */
export function readDifferences(printed: string): BreakingChange[] {
  return printed.split('\n').flatMap((line) => {
    const found = /^\s*err\s+-\s+(.*?)\s*\[[\w-]+:[\w-]+\.([\w.]+)\]\s*$/.exec(line);
    return found === null ? [] : [{ subject: found[2], message: found[1] }];
  });
}

function packageJson(): string {
  const { name, version, author, repository, license, jsii, peerDependencies } = JSON.parse(
    readFileSync(join(REPOSITORY, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  return JSON.stringify({ name, version, author, repository, license, jsii, peerDependencies });
}
