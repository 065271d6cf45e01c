import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'glob';

const ROOT = resolve(__dirname, '..');

export interface Outcome {
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A folder outside the repository, like a user's app, with its own `package.json`. */
export class OwnApp {
  public readonly folder = mkdtempSync(join(tmpdir(), 'own-app-'));

  constructor() {
    this.write('package.json', JSON.stringify({ name: 'own-app', private: true }));
  }

  public write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a command in the folder, without the repository on its path. */
  public async run(command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
    // npm passes its settings to child processes, and projen adds the repository's commands to the path.
    const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_PATH$|INIT_CWD$)/i.test(name));
    const path = (process.env.PATH ?? '').split(':').filter((folder) => !folder.startsWith(ROOT));
    const env = { ...Object.fromEntries(inherited), PATH: path.join(':'), ...environment };
    try {
      const { stdout, stderr } = await promisify(execFile)(command, args, { cwd: this.folder, env, maxBuffer: 64 * 1024 * 1024 });
      return { code: 0, output: `${stdout}${stderr}` };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== 'number') throw error;
      return { code, output: `${stdout}${stderr}` };
    }
  }

  /** Installs packages. @throws with the output of npm */
  public async install(packages: readonly string[], options: readonly string[] = []): Promise<void> {
    const { code, output } = await this.run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...options, ...packages]);
    if (code !== 0) throw new Error(`npm install ${packages.join(' ')}: ${output}`);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The newest packed package. */
export function tarball(): string {
  const [file, ...others] = globSync('dist/js/*.tgz', { cwd: ROOT, absolute: true });
  if (file === undefined) throw new Error('Found no package: run `npx projen package:js`');
  if (others.length > 0) throw new Error('Found several packages in dist/js: remove the folder and run `npx projen package:js`');
  return file;
}
