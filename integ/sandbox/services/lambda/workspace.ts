import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Assembly } from '../../contracts';
import { openRun, RUNS, type Run, sweepRuns } from '../../process/runs';
import type { CodeLocation, FunctionConfiguration } from './configuration';
import { unzip } from './zip';

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
  remove(): void;
}

/** @param report reports the processes and folders of a killed run that are removed */
export function createWorkspace(assembly: Assembly, report: (line: string) => void, runs = RUNS): Workspace {
  sweepRuns(runs, report);
  const run = openRun(runs);
  const root = join(tmpdir(), `sandbox-functions-${run.id}`);
  run.addFolder(root);
  mkdirSync(root, { mode: 0o700 });
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
    run,
    taskRoot(configuration) {
      const key = 'inline' in configuration.code ? configuration.arn : `${configuration.code.bucket}/${configuration.code.key}`;
      const known = prepared.get(key);
      if (known !== undefined) {
        return known;
      }
      const folder = join(root, `task-${prepared.size}`);
      mkdirSync(folder);
      writeCode(assembly, configuration.code, folder);
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
    remove: run.close,
  };
}

function writeCode(assembly: Assembly, code: CodeLocation, folder: string): void {
  if ('inline' in code) {
    // Documented: "AWS::Lambda::Function Code": ZipFile becomes a file named index.
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
