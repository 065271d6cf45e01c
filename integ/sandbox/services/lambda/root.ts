import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where Lambda extracts layers (documented: "Managing Lambda dependencies with layers"). */
export const LAYERS = '/opt';

/** Where the managed runtimes have their language, as in the first line of the AWS CLI in CDK's layer: `#!/var/lang/bin/python`. */
const LANGUAGE = '/var/lang';
/** Folders at the root that are not those of this machine. */
const OWN = [LAYERS, dirname(LANGUAGE)];

/**
 * The words of bubblewrap before a command, so that its process has /opt with the layers and /var/lang with its language. The rest of the
 * root is this machine's, which is not changed.
 *
 * @param executable the `node` or `python` in the `bin` folder of its language
 */
export function lambdaRoot(bwrap: string, layers: string, executable: string): string[] {
  const root = entriesOf('/').filter((path) => !OWN.includes(path));
  const others = entriesOf(dirname(LANGUAGE)).filter((path) => path !== LANGUAGE);
  return [
    ...[bwrap, '--unshare-user', '--die-with-parent', '--tmpfs', '/'],
    ...[...root, ...others].flatMap(mount),
    ...['--ro-bind', layers, LAYERS, '--ro-bind', dirname(dirname(executable)), LANGUAGE, '--remount-ro', '/', '--'],
  ];
}

const entriesOf = (folder: string) => readdirSync(folder).map((name) => join(folder, name));

function mount(path: string): string[] {
  if (lstatSync(path).isSymbolicLink()) return ['--symlink', readlinkSync(path), path];
  return [path === '/dev' ? '--dev-bind-try' : '--bind-try', path, path];
}
