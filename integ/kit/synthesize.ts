import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureLibrary } from './library';
import { REPOSITORY } from './repository';

export interface SynthesizeOptions {
  /**
   * Where the cloud assembly goes.
   *
   * @default - a new folder in .tmp, which is removed when this process ends
   */
  readonly output?: string;
  /** Environment variables for the app, in addition to those of this process. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Context for the app. @default - none */
  readonly context?: Readonly<Record<string, unknown>>;
  /** A module to load before the app, relative to the root of the repository. @default - none */
  readonly preload?: string;
  /** Whether the app imports the library's sources. Other apps import the package by its name, which is built first. @default false */
  readonly fromSources?: boolean;
  readonly report?: (line: string) => void;
}

/**
 * Runs an app of this repository in a process of its own.
 *
 * @param app its path, relative to the root of the repository
 * @returns the folder of its cloud assembly
 * @throws with the output of the app if it fails
 */
export async function synthesize(app: string, options: SynthesizeOptions = {}): Promise<string> {
  const { environment, context = {}, preload, fromSources = false, report = () => undefined } = options;
  if (!fromSources) await ensureLibrary(report);
  const output = options.output ?? newFolder(basename(app, '.ts'));
  report(`synthesizing ${app}`);
  const child = spawn(process.execPath, [...(preload === undefined ? [] : ['--require', preload]), '--import', 'tsx', app], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // Other tests validate the templates: doing it here would add seconds per app.
      CDK_VALIDATION: 'false',
      JSII_DEPRECATED: 'quiet',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const code = await new Promise<number | null>((settle, reject) => child.once('error', reject).once('close', settle));
  if (code !== 0) throw new Error(`${app} cannot be synthesized:\n${written.trim()}`);
  return output;
}

function newFolder(name: string): string {
  const parent = join(REPOSITORY, '.tmp');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${name}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
