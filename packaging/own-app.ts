import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'glob';

const ROOT = resolve(__dirname, '..');

export interface Outcome {
  readonly code: number;
  /** Both streams. */
  readonly output: string;
}

/** A folder outside the repository, as a user's own app: what it installs comes from its own `package.json`. */
export class OwnApp {
  public readonly folder = mkdtempSync(join(tmpdir(), 'own-app-'));

  constructor() {
    this.write('package.json', JSON.stringify({ name: 'own-app', private: true }));
  }

  public write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a command in the folder, with nothing of the repository on its path. */
  public async run(command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
    // npm hands its own settings to what it starts, and projen the repository's commands.
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

  /** Installs packages; fails with what npm printed. */
  public async install(packages: readonly string[], options: readonly string[] = []): Promise<void> {
    const { code, output } = await this.run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...options, ...packages]);
    if (code !== 0) throw new Error(`npm install ${packages.join(' ')}: ${output}`);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The package as it was packed last. */
export function tarball(): string {
  const [file, ...others] = globSync('dist/js/*.tgz', { cwd: ROOT, absolute: true });
  if (file === undefined) throw new Error('Nothing is packed: run `npx projen package:js`');
  if (others.length > 0) throw new Error('dist/js holds several packages: remove it, and run `npx projen package:js`');
  return file;
}
