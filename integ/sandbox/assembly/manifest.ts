import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AssemblyManifest, AssetManifest, AwsCloudFormationStackProperties, DockerImageSource } from '@aws-cdk/cloud-assembly-schema';
import type { ImageAsset, JsonObject } from '../contracts';
import { AssemblyError } from './errors';
import type { Environment, StackSource, Template } from './template';

/** The sandbox's account and Region, for environment-agnostic stacks. */
const DEFAULT_ENVIRONMENT: Environment = { account: '123456789012', region: 'us-east-1' };

/** The first schema with this layout of artifacts, stacks and asset manifests. Newer schemas only add to it. */
const OLDEST_SCHEMA = 36;

export interface ManifestContents {
  readonly environment: Environment;
  /** Whether a stack names no account or Region, so that it may be deployed to another one. @default - all name them */
  readonly isAssumed?: { readonly account: boolean; readonly region: boolean };
  /** Each after the stacks that it depends on. */
  readonly stacks: readonly StackSource[];
  /** Local path by `<bucket>/<key>`. */
  readonly assets: ReadonlyMap<string, string>;
  /** By `<repository>:<tag>`. */
  readonly images: ReadonlyMap<string, ImageAsset>;
}

interface StackArtifact {
  readonly directory: string;
  readonly properties: AwsCloudFormationStackProperties;
  readonly environment: string;
  readonly dependencies: readonly string[];
  readonly metadataFile?: string;
}

/**
 * Reads `manifest.json` of a cdk.out, including nested assemblies (stages). Throws an {@link AssemblyError} if the sandbox can't run it.
 */
export function readManifest(directory: string): ManifestContents {
  const artifacts = new Map<string, StackArtifact>();
  const assetManifests: { directory: string; manifest: AssetManifest }[] = [];
  collect(directory);
  if (artifacts.size === 0) {
    throw new AssemblyError(`${directory} has no stack, so there is nothing to run`);
  }

  const { isAssumed, ...environment } = commonEnvironment(artifacts, directory);
  const assets = new Map<string, string>();
  const images = new Map<string, ImageAsset>();
  const local = (text: string, region: string | undefined) =>
    text
      .replaceAll('${AWS::AccountId}', environment.account)
      .replaceAll('${AWS::Region}', region ?? environment.region)
      .replaceAll('${AWS::Partition}', 'aws');
  for (const { directory: base, manifest } of assetManifests) {
    for (const file of Object.values(manifest.files ?? {})) {
      if (file.source.path === undefined) {
        continue;
      }
      const path = resolve(base, file.source.path);
      for (const destination of Object.values(file.destinations)) {
        const { bucketName, objectKey, region } = destination;
        assets.set(`${local(bucketName, region)}/${local(objectKey, region)}`, path);
      }
    }
    for (const image of Object.values(manifest.dockerImages ?? {})) {
      for (const { repositoryName, imageTag, region } of Object.values(image.destinations)) {
        images.set(`${local(repositoryName, region)}:${local(imageTag, region)}`, imageAssetOf(base, image.source));
      }
    }
  }
  const keyOf = (id: string): string[] => {
    const artifact = artifacts.get(id);
    return artifact === undefined ? [] : [artifact.properties.stackName ?? id];
  };
  const stacks = inDependencyOrder(artifacts).map(([id, artifact]) => ({
    ...stackOf(id, artifact, environment),
    dependencies: artifact.dependencies.flatMap(keyOf),
  }));
  return { environment, isAssumed, stacks, assets, images };

  function collect(base: string): void {
    const manifest = readAssembly(base);
    for (const [id, artifact] of Object.entries(manifest.artifacts ?? {})) {
      const properties = (artifact.properties ?? {}) as Record<string, unknown>;
      if (artifact.type === 'cdk:cloud-assembly') {
        collect(join(base, String(properties.directoryName)));
      } else if (artifact.type === 'cdk:asset-manifest') {
        assetManifests.push({ directory: base, manifest: readJson<AssetManifest>(join(base, String(properties.file))) });
      } else if (artifact.type === 'aws:cloudformation:stack') {
        artifacts.set(id, {
          directory: base,
          properties: properties as unknown as AwsCloudFormationStackProperties,
          environment: artifact.environment ?? '',
          dependencies: artifact.dependencies ?? [],
          metadataFile: artifact.additionalMetadataFile,
        });
      }
    }
  }
}

function imageAssetOf(base: string, source: DockerImageSource): ImageAsset {
  const { directory, dockerFile = 'Dockerfile', dockerBuildArgs = {}, dockerBuildTarget } = source;
  const known = ['directory', 'dockerFile', 'dockerBuildArgs', 'dockerBuildTarget', 'platform', 'networkMode', 'cacheDisabled'];
  return {
    ...{ folder: resolve(base, directory ?? '.'), dockerfile: dockerFile, args: dockerBuildArgs },
    ...(dockerBuildTarget === undefined ? {} : { target: dockerBuildTarget }),
    unsupported: Object.keys(source).filter((name) => !known.includes(name)),
  };
}

/** A template of the assembly. Throws when it is not JSON. */
export function readTemplate(path: string): Template {
  return readJson<Template>(path);
}

function readAssembly(directory: string): AssemblyManifest {
  if (!existsSync(directory)) {
    throw new AssemblyError(`${directory}: no such folder`);
  }
  if (!statSync(directory).isDirectory()) {
    throw new AssemblyError(`${directory} is a file: expected the folder of a cloud assembly, such as cdk.out`);
  }
  const path = join(directory, 'manifest.json');
  if (!existsSync(path)) {
    throw new AssemblyError(
      `${directory} is not a cloud assembly, because it has no manifest.json: run cdk synth and pass the folder that it writes`,
    );
  }
  const manifest = readJson<AssemblyManifest>(path);
  const major = Number.parseInt(String(manifest.version), 10);
  if (Number.isNaN(major)) {
    throw new AssemblyError(`${directory} is not a cloud assembly: its manifest.json has no version`);
  }
  if (major < OLDEST_SCHEMA) {
    throw new AssemblyError(
      `${directory} has cloud assembly schema ${manifest.version}, but the oldest supported one is ${OLDEST_SCHEMA}: synthesize with a newer aws-cdk-lib`,
    );
  }
  return manifest;
}

function readJson<T>(path: string): T {
  if (!existsSync(path)) {
    throw new AssemblyError(`${path} is missing, although the cloud assembly names it`);
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw new AssemblyError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/** One run has one account and Region: explicit ones must agree, and also apply to environment-agnostic stacks. */
function commonEnvironment(
  artifacts: ReadonlyMap<string, StackArtifact>,
  directory: string,
): Environment & Required<Pick<ManifestContents, 'isAssumed'>> {
  const explicit = { account: new Map<string, string>(), region: new Map<string, string>() };
  const isAssumed = { account: false, region: false };
  for (const [id, { environment }] of artifacts) {
    const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
    if (account !== undefined && account !== 'unknown-account') {
      explicit.account.set(account, id);
    } else {
      isAssumed.account = true;
    }
    if (region !== undefined && region !== 'unknown-region') {
      explicit.region.set(region, id);
    } else {
      isAssumed.region = true;
    }
  }
  for (const [kind, values] of Object.entries(explicit)) {
    if (values.size > 1) {
      const places = [...values].map(([value, id]) => `${id} in ${value}`).join(', ');
      throw new AssemblyError(
        `${directory} spans several ${kind}s (${places}), but the sandbox runs one: pass the folder of one stage, such as ${join(directory, 'assembly-<stage>')}`,
      );
    }
  }
  const [account = DEFAULT_ENVIRONMENT.account] = explicit.account.keys();
  const [region = DEFAULT_ENVIRONMENT.region] = explicit.region.keys();
  if (/^(cn|us-gov|us-iso|eu-isoe)-/.test(region)) {
    throw new AssemblyError(`${directory} is for the region ${region}: only the partition "aws" is supported`);
  }
  return { account, region, isAssumed };
}

function inDependencyOrder(artifacts: ReadonlyMap<string, StackArtifact>): [string, StackArtifact][] {
  const ordered = new Map<string, StackArtifact>();
  const visit = (id: string, seen: ReadonlySet<string>) => {
    const artifact = artifacts.get(id);
    if (artifact === undefined || ordered.has(id) || seen.has(id)) {
      return;
    }
    for (const dependency of artifact.dependencies) {
      visit(dependency, new Set([...seen, id]));
    }
    ordered.set(id, artifact);
  };
  for (const id of artifacts.keys()) {
    visit(id, new Set());
  }
  return [...ordered];
}

function stackOf(id: string, artifact: StackArtifact, environment: Environment): Omit<StackSource, 'dependencies'> {
  const name = artifact.properties.stackName ?? id;
  return {
    key: name,
    name,
    template: readTemplate(join(artifact.directory, artifact.properties.templateFile)),
    environment,
    parameters: (artifact.properties.parameters ?? {}) as JsonObject,
    paths: artifact.metadataFile === undefined ? new Map() : constructPaths(join(artifact.directory, artifact.metadataFile)),
  };
}

/** Newer assemblies have construct paths in a separate file, shared with nested stacks. An id that occurs twice there is ambiguous. */
export function constructPaths(file: string): Map<string, string> {
  const paths = new Map<string, string>();
  const twice = new Set<string>();
  for (const [path, entries] of Object.entries(readJson<Record<string, readonly { type: string; data?: unknown }[]>>(file))) {
    for (const { type, data } of entries) {
      if (type === 'aws:cdk:logicalId' && typeof data === 'string') {
        if (paths.has(data)) {
          twice.add(data);
        }
        paths.set(data, path.replace(/^\//, ''));
      }
    }
  }
  for (const logicalId of twice) {
    paths.delete(logicalId);
  }
  return paths;
}
