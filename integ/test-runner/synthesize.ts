import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const repository = resolve(__dirname, '..', '..');

/** The context that integ-runner gives to an app, so that the same templates come out here and there. */
const context = {
  ...(require('aws-cdk-lib/recommended-feature-flags.json') as Record<string, unknown>),
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:version-reporting': false,
};

/**
 * Runs an app in a process of its own.
 *
 * @returns the folder of its cloud assembly
 * @throws with what the app wrote when it fails
 */
export async function synthesize(app: string): Promise<string> {
  const output = join(repository, '.tmp', 'integ', basename(app, '.ts'));
  rmSync(output, { recursive: true, force: true });
  const child = spawn(process.execPath, [require.resolve('tsx/cli'), app], {
    cwd: repository,
    env: {
      ...process.env,
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
      JSII_DEPRECATED: 'quiet',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const code = await new Promise<number | null>((settle, reject) => child.once('error', reject).once('close', settle));
  if (code !== 0) {
    throw new Error(`${basename(app)} cannot be synthesized:\n${said.trim()}`);
  }
  return output;
}
