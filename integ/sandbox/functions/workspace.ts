import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Assembly } from '../contracts';
import type { FunctionConfiguration } from './configuration';
import { unzip } from './zip';

const PREFIX = 'sandbox-functions-';

/** The temporary folder of one run: the code of its functions, and what the runtime offers them. */
export interface Workspace {
  /** Folder with the modules that Lambda's Node.js runtime has on its own: the AWS SDK. */
  readonly modules: string;
  readonly temporary: string;
  /** The folder of a function's code. It lies outside of this repository, so that nothing can be imported that AWS would not have. */
  taskRoot(configuration: FunctionConfiguration): string;
  remove(): void;
}

export function createWorkspace(assembly: Assembly): Workspace {
  removeAbandoned();
  const root = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const modules = join(root, 'node_modules');
  const temporary = join(root, 'tmp');
  mkdirSync(modules);
  mkdirSync(temporary);
  const installed = dirname(dirname(dirname(require.resolve('@aws-sdk/client-sqs/package.json'))));
  for (const scope of ['@aws-sdk', '@smithy'].filter((name) => existsSync(join(installed, name)))) {
    symlinkSync(join(installed, scope), join(modules, scope));
  }
  const prepared = new Map<string, string>();
  return {
    modules,
    temporary,
    taskRoot(configuration) {
      const key = 'inline' in configuration.code ? configuration.arn : `${configuration.code.bucket}/${configuration.code.key}`;
      const known = prepared.get(key);
      if (known !== undefined) {
        return known;
      }
      const folder = join(root, `task-${prepared.size}`);
      mkdirSync(folder);
      writeCode(assembly, configuration, folder);
      prepared.set(key, folder);
      return folder;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function writeCode(assembly: Assembly, { code }: FunctionConfiguration, folder: string): void {
  if ('inline' in code) {
    // Documented: "AWS::Lambda::Function Code", ZipFile becomes a file named index.
    writeFileSync(join(folder, 'index.js'), code.inline);
    return;
  }
  const asset = assembly.asset(code.bucket, code.key);
  if (statSync(asset).isDirectory()) {
    cpSync(asset, folder, { recursive: true });
  } else {
    unzip(readFileSync(asset), folder);
  }
}

/** A run that was killed could not remove its folder: the next one does. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    if (!isRunning(Number(name.slice(PREFIX.length).split('-')[0]))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
