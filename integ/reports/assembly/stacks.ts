import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constructPaths } from '../../sandbox/assembly/manifest';

/** A resource of a template, with its intrinsic functions unresolved. */
export interface TemplateResource {
  readonly logicalId: string;
  /** The path of its construct below the stack, if the assembly has it. */
  readonly path?: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What one stack deploys, including its nested stacks. */
export interface DeployedStack {
  readonly name: string;
  readonly resources: readonly TemplateResource[];
  /** Whether the stack needs the CDK bootstrap stack. */
  readonly needsBootstrap: boolean;
}

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  /** A file with the metadata of the constructs, in newer assemblies. */
  readonly additionalMetadataFile?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly directoryName?: string;
    readonly stackName?: string;
    /** Part of an asset manifest. */
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}

interface Template {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>>;
}

/** Reads the stacks of any cloud assembly, including those of its stages. @throws with a one-line message if there is no assembly */
export function readStacks(directory: string): DeployedStack[] {
  const path = join(directory, 'manifest.json');
  if (!existsSync(path)) {
    throw new Error(
      `${directory} is not a cloud assembly, because it has no manifest.json: run cdk synth and pass the folder that it writes`,
    );
  }
  const { artifacts = {} } = read<{ readonly artifacts?: Readonly<Record<string, Artifact>> }>(path);
  const assets = assetsOf(directory, Object.values(artifacts));
  return Object.entries(artifacts).flatMap(([id, { type, displayName, additionalMetadataFile, properties = {} }]) => {
    if (type === 'cdk:cloud-assembly' && properties.directoryName !== undefined)
      return readStacks(join(directory, properties.directoryName));
    if (type !== 'aws:cloudformation:stack' || properties.templateFile === undefined) return [];
    const template = read<Template>(join(directory, properties.templateFile));
    return [
      {
        name: properties.stackName ?? displayName ?? id,
        resources: resourcesOf(
          template,
          assets,
          additionalMetadataFile === undefined ? new Map() : pathsOf(join(directory, additionalMetadataFile)),
        ),
        needsBootstrap: template.Parameters?.BootstrapVersion !== undefined,
      },
    ];
  });
}

/** Files by the hash in their name, as templates name them. */
function assetsOf(directory: string, artifacts: readonly Artifact[]): ReadonlyMap<string, string> {
  const manifests = artifacts.filter(({ type }) => type === 'cdk:asset-manifest').flatMap(({ properties }) => properties?.file ?? []);
  return new Map(
    manifests
      .flatMap((file) => Object.entries(read<AssetManifest>(join(directory, file)).files ?? {}))
      .flatMap(([hash, { source }]) => (source.path === undefined ? [] : [[hash, join(directory, source.path)] as const])),
  );
}

/** Paths below the stack by logical ids. */
function pathsOf(file: string): ReadonlyMap<string, string> {
  return new Map([...constructPaths(file)].map(([id, path]) => [id, path.split('/').slice(1).join('/')]));
}

function resourcesOf(template: Template, assets: ReadonlyMap<string, string>, paths: ReadonlyMap<string, string>): TemplateResource[] {
  return Object.entries(template.Resources ?? {}).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const path = paths.get(logicalId);
    const own = { logicalId, type: Type, properties: Properties, ...(path === undefined ? {} : { path }) };
    if (Type !== 'AWS::CloudFormation::Stack') return [own];
    const hash = /([0-9a-f]{64})\.json/.exec(JSON.stringify(Properties.TemplateURL ?? ''))?.[1] ?? '';
    const file = assets.get(hash);
    return file === undefined ? [own] : [own, ...resourcesOf(read<Template>(file), assets, paths)];
  });
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
