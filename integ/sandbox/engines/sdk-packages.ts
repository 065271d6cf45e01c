import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installed } from './component';
import { enginesFolder } from './install';
import { npmInstall } from './npm-install';

/** Every package is the newest one of this day, so that clients and what they share are of one release. */
const RELEASED_BEFORE = '2026-11-20';

/**
 * The `node_modules` folder with packages of the AWS SDK for JavaScript, downloaded once. The folder keeps the lock file, with the version
 * and the hash of every package.
 *
 * @param names `@aws-sdk/client-ec2`, `@aws-sdk/lib-dynamodb`, …
 * @throws EngineError in one line with the remedy
 */
export async function sdkPackages(names: readonly string[], report: (line: string) => void): Promise<string> {
  const sorted = [...new Set(names)].sort();
  const folder = await installed(
    enginesFolder(),
    {
      name: 'aws-sdk',
      title: `AWS SDK for JavaScript (${sorted.join(', ')})`,
      pins: { npm: sorted.join(' '), before: RELEASED_BEFORE },
      build: async (target) => {
        await writeFile(join(target, 'package.json'), '{"private":true}\n');
        await npmInstall(target, sorted, {
          remedy: 'check the names of these packages, and give npm access to a registry',
          options: [`--before=${RELEASED_BEFORE}`],
        });
      },
    },
    report,
  );
  return join(folder, 'node_modules');
}
