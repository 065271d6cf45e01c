import { command, EngineError } from './command';

/** Installs packages of npm into a folder, without running their scripts. npm compares each with the registry's hash of it. */
export async function npmInstall(
  folder: string,
  packages: readonly string[],
  { remedy, options = [] }: { readonly remedy: string; readonly options?: readonly string[] },
): Promise<void> {
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...options, ...packages];
  await command('npm', args, { cwd: folder }).catch((error: Error) => {
    throw new EngineError(`npm cannot download ${packages.join(', ')}: ${remedy}. ${error.message}`);
  });
}
