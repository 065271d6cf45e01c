import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Assembly } from '../../contracts';
import { openRun, RUNS, type Run, sweepRuns } from '../../process/runs';
import type { CodeLocation, FunctionConfiguration } from './configuration';
import { isPython } from './programs';
import { unzip } from './zip';

const SCOPES = ['@aws-sdk', '@smithy'];
/** The packages of this repository: the AWS SDK as the sandbox itself uses it. */
const OWN_MODULES = dirname(dirname(dirname(require.resolve('@aws-sdk/client-sqs/package.json'))));

/** The temporary folder of one run, with the code of its functions and the modules of the runtime. */
export interface Workspace {
  /** The folder of the modules that Lambda's Node.js runtime includes: the AWS SDK. */
  readonly modules: string;
  readonly temporary: string;
  /** Records processes, so that the next run can end those of a killed run. */
  readonly run: Run;
  /** The folder of a function's code. It is outside this repository, so that code can't import a module that is missing on AWS. */
  taskRoot(configuration: FunctionConfiguration): string;
  /** The folder used as /opt, in which a later layer overrides an earlier one. Undefined for a function without layers. */
  layers(configuration: FunctionConfiguration): string | undefined;
  /** Writes a file of the run, and returns its path. */
  write(name: string, content: string): string;
  remove(): void;
}

export interface WorkspaceOptions {
  readonly runs?: string;
  /** A `node_modules` folder with packages of the AWS SDK that functions import; they take precedence over those of this repository. */
  readonly sdk?: string;
}

/** @param report reports the processes and folders of a killed run that are removed */
export function createWorkspace(
  assembly: Assembly,
  report: (line: string) => void,
  { runs = RUNS, sdk }: WorkspaceOptions = {},
): Workspace {
  sweepRuns(runs, report);
  const run = openRun(runs);
  const root = join(tmpdir(), `sandbox-functions-${run.id}`);
  run.addFolder(root);
  mkdirSync(root, { mode: 0o700 });
  const modules = join(root, 'node_modules');
  const temporary = join(root, 'tmp');
  mkdirSync(modules);
  mkdirSync(temporary);
  linkSdk(modules, [...(sdk === undefined ? [] : [sdk]), OWN_MODULES]);
  const prepared = new Map<string, string>();
  return {
    modules,
    temporary,
    run,
    taskRoot(configuration) {
      const key = 'inline' in configuration.code ? configuration.arn : `${configuration.code.bucket}/${configuration.code.key}`;
      const known = prepared.get(key);
      if (known !== undefined) {
        return known;
      }
      const folder = join(root, `task-${prepared.size}`);
      mkdirSync(folder);
      writeCode(assembly, configuration.code, folder, isPython(configuration.runtime) ? 'index.py' : 'index.js');
      prepared.set(key, folder);
      return folder;
    },
    layers({ layers }) {
      if (layers.length === 0) return undefined;
      const key = JSON.stringify(layers);
      const known = prepared.get(key);
      if (known !== undefined) return known;
      const folder = join(root, `layers-${prepared.size}`);
      mkdirSync(folder);
      for (const code of layers) writeCode(assembly, code, folder);
      prepared.set(key, folder);
      return folder;
    },
    write(name, content) {
      const path = join(root, name);
      writeFileSync(path, content);
      return path;
    },
    remove: run.close,
  };
}

/** Whether this repository has a package of the SDK. */
export const isInstalled = (name: string): boolean => existsSync(join(OWN_MODULES, name));

/** Links the packages of the SDK; the first folder with a package wins. */
function linkSdk(modules: string, folders: readonly string[]): void {
  for (const scope of SCOPES) {
    mkdirSync(join(modules, scope));
    for (const folder of folders.map((one) => join(one, scope)).filter((one) => existsSync(one))) {
      for (const name of readdirSync(folder)) {
        const link = join(modules, scope, name);
        if (!existsSync(link)) symlinkSync(join(folder, name), link);
      }
    }
  }
}

function writeCode(assembly: Assembly, code: CodeLocation, folder: string, inlineFile = 'index.js'): void {
  if ('inline' in code) {
    // Documented: "AWS::Lambda::Function Code": ZipFile becomes a file named index.
    writeFileSync(join(folder, inlineFile), code.inline);
    return;
  }
  const asset = assembly.asset(code.bucket, code.key);
  if (statSync(asset).isDirectory()) {
    cpSync(asset, folder, { recursive: true });
  } else {
    unzip(readFileSync(asset), folder);
  }
}
