import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The libraries that we compare with, pinned by a separate lock file and not installed with the project: Powertools for AWS Lambda (batch,
 * idempotency: MIT-0) and AWS Solutions Constructs (aws-apigateway-sqs: Apache-2.0).
 * aws-cdk-lib and the SDK are those of the project, the same for all contestants.
 */
export const COMPETITORS = join(__dirname, 'competitors');

/** Installs them if they are missing or differ from the lock file. */
export async function installCompetitors(report: (line: string) => void): Promise<void> {
  if (isInstalled()) return;
  report('installing Powertools for AWS Lambda and AWS Solutions Constructs (about 7 MB, on first use only)');
  await promisify(execFile)('npm', ['ci', '--prefix', COMPETITORS, '--ignore-scripts'], { cwd: COMPETITORS });
}

/** The version that we compare with. */
export function versionOf(name: string): string {
  return wanted()[name];
}

function isInstalled(): boolean {
  return Object.entries(wanted()).every(([name, version]) => {
    const manifest = join(COMPETITORS, 'node_modules', name, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
  });
}

function wanted(): Record<string, string> {
  return JSON.parse(readFileSync(join(COMPETITORS, 'package.json'), 'utf8')).dependencies;
}
