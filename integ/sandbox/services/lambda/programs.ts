import { join } from 'node:path';
import type { FunctionConfiguration } from './configuration';
import { LAYERS, lambdaRoot } from './root';

const RUNTIME = join(__dirname, 'runtime');

/** How the process of a function is started, and what is in its environment because of its language. */
export interface Program {
  readonly words: readonly string[];
  /** Whether it is a child of bubblewrap, whose exit status then stands for a signal. */
  readonly wrapped: boolean;
  /** Where its process finds its layers: /opt, or a folder that is used instead. */
  readonly layers?: string;
  readonly variables: NodeJS.ProcessEnv;
}

export interface ProgramOptions {
  readonly configuration: FunctionConfiguration;
  /** The `node` or `python` of its runtime. */
  readonly executable: string;
  /** The folder of the modules that the runtime includes. */
  readonly modules: string;
  /** The folder with the contents of its layers. */
  readonly layers?: string;
  /** The program that gives the process an /opt of its own, where this machine allows it. */
  readonly bwrap?: string;
  /** A folder of the run. */
  readonly temporary: string;
  /** The file of the certificate authority for hosts of AWS. */
  readonly authority?: string;
}

export const isPython = (runtime: string): boolean => runtime.startsWith('python');

export function programOf(options: ProgramOptions): Program {
  const { layers: folder, bwrap, executable } = options;
  const wrapped = folder !== undefined && bwrap !== undefined;
  const layers = wrapped ? LAYERS : folder;
  const inOwnRoot = wrapped ? lambdaRoot(bwrap, folder, executable) : [];
  const { words, variables } = isPython(options.configuration.runsOn) ? pythonProgram(options) : nodeProgram({ ...options, layers });
  return { words: [...inOwnRoot, ...words], variables, wrapped, layers };
}

function nodeProgram({ configuration, executable, modules, layers }: ProgramOptions): Pick<Program, 'words' | 'variables'> {
  const { environment, memoryMegabytes } = configuration;
  const preload = `--require ${JSON.stringify(join(RUNTIME, 'network.cjs'))}`;
  return {
    words: [executable, `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`, join(RUNTIME, 'bootstrap.cjs')],
    variables: {
      NODE_PATH: environment.NODE_PATH ?? paths([...layerModules(layers, configuration.runtime), modules]),
      NODE_OPTIONS: [preload, environment.NODE_OPTIONS].filter((part) => part !== undefined).join(' '),
      // AwsCustomResource installs the newest SDK if it can: npm fails at once, instead of retrying for a minute.
      npm_config_offline: 'true',
    },
  };
}

/** Python trusts the certificates of hosts of AWS in the sandbox, and no others, because it reaches no others. */
function pythonProgram({ configuration, executable, authority, temporary }: ProgramOptions): Pick<Program, 'words' | 'variables'> {
  return {
    words: [executable, join(RUNTIME, 'python', 'bootstrap.py')],
    variables: {
      PYTHONPATH: paths([configuration.environment.PYTHONPATH, join(RUNTIME, 'python')]),
      // Layers are read-only: without it, each start of the AWS CLI would compile it again.
      PYTHONPYCACHEPREFIX: join(temporary, 'pycache'),
      ...{ SSL_CERT_FILE: authority, REQUESTS_CA_BUNDLE: authority, AWS_CA_BUNDLE: authority },
    },
  };
}

/** Documented: "Packaging your layer content", layer paths of Node.js. */
function layerModules(layers: string | undefined, runtime: string): string[] {
  const major = /\d+/.exec(runtime)?.[0];
  return layers === undefined ? [] : ['node_modules', `node${major}/node_modules`].map((folder) => join(layers, 'nodejs', folder));
}

/** A search path of the folders that are given. */
export function paths(folders: readonly (string | undefined)[]): string | undefined {
  const given = folders.filter((folder) => folder !== undefined && folder !== '');
  return given.length === 0 ? undefined : given.join(':');
}
