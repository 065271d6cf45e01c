import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { enginesFolder, type Isolation, installed } from '../../../engines';
import { baseImage, isBase } from './base';
import { buildStage } from './build-stage';
import { contentHash } from './content-hash';
import { folderSource, imageSource, type Source } from './copy';
import { DockerfileError } from './dockerfile-error';
import { ignoredFiles } from './dockerignore';
import type { Image } from './image';
import type { Dockerfile, Stage } from './instructions';
import { readDockerfile } from './read-dockerfile';
import { removeWork } from './run-step';
import { withVariables } from './words';

/** A folder with a Dockerfile, and how it is built: as in an asset manifest. */
export interface ImageSource {
  readonly folder: string;
  /** Relative to the folder. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  /** Patterns as in a `.dockerignore`. */
  readonly exclude?: readonly string[];
}

/** Part of the key of each built image: a change of it builds all images again. */
const VERSION = '2';

/** Builds an image, or takes the one that was built from the same content before. @throws DockerfileError, by name and line */
export async function buildImage(source: ImageSource, isolation: Isolation, report: (line: string) => void): Promise<Image> {
  const path = join(source.folder, source.dockerfile);
  const dockerfile = readDockerfile(readFileSync(path, 'utf8'), source.dockerfile);
  const ignored = ignoredFiles(source.folder, source.dockerfile, source.exclude);
  const stages = neededStages(dockerfile, source);
  const bases = await baseImages(dockerfile, stages, source, report);
  const pins = {
    version: VERSION,
    isolation: isolation.kind,
    dockerfile: createHash('sha256').update(readFileSync(path)).digest('hex'),
    args: JSON.stringify(source.args),
    target: source.target ?? '',
    context: contentHash(source.folder, ignored),
    bases: JSON.stringify([...bases].map(([name, { layers }]) => [name, layers])),
  };
  const short = join(relative(resolve('.'), source.folder), source.dockerfile);
  const root = enginesFolder();
  const folder = await installed(
    root,
    {
      name: 'image',
      title: `Image of ${short}`,
      action: 'building',
      pins,
      build: (target) => build({ source, dockerfile, stages, bases, isolation, ignored, target, root }),
    },
    report,
  );
  const image = JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8')) as Image;
  return { ...image, layers: image.layers.map((layer) => resolve(folder, layer)) };
}

/** @throws DockerfileError for an instruction of a needed stage that cannot be done here */
export function checkDockerfile(source: ImageSource): void {
  neededStages(readDockerfile(readFileSync(join(source.folder, source.dockerfile), 'utf8'), source.dockerfile), source);
}

interface Build {
  readonly source: ImageSource;
  readonly dockerfile: Dockerfile;
  readonly stages: readonly Stage[];
  readonly bases: ReadonlyMap<string, Image>;
  readonly isolation: Isolation;
  readonly target: string;
  /** The engines folder: downloads and caches of builds are kept there. */
  readonly root: string;
  ignored(path: string): boolean;
}

async function build({ source, dockerfile, stages, bases, isolation, ignored, target, root }: Build): Promise<void> {
  const [globals, given] = [globalsOf(dockerfile, source), new Map(Object.entries(source.args))];
  const built = new Map<Stage, Image>();
  const named = (name: string) => [...built].find(([stage]) => isNamed(dockerfile, stage, name))?.[1];
  const sourceOf = async (from: string | undefined): Promise<Source> => {
    if (from === undefined) return folderSource(source.folder, ignored);
    const image = named(from) ?? bases.get(from);
    if (image === undefined) throw new Error(`${from} is neither an earlier stage nor an image that runs here`);
    return imageSource(image.layers);
  };
  const work = join(target, 'work');
  for (const [index, stage] of stages.entries()) {
    const from = withVariables(stage.from, globals);
    const base = named(from) ?? bases.get(from);
    if (base === undefined) throw unknownImage(dockerfile, stage, from);
    const layer = join(target, `stage-${index}`);
    mkdirSync(layer);
    const own = isolation.kind === 'none' ? flattened(base, target, layer) : base;
    const cache = (path: string) => {
      const folder = join(root, 'image-caches', createHash('sha256').update(path).digest('hex').slice(0, 12));
      mkdirSync(folder, { recursive: true });
      return folder;
    };
    const parts = {
      dockerfile,
      stage,
      base: own,
      layer,
      given,
      globals,
      isolation,
      work: join(work, String(index)),
      cache,
      source: sourceOf,
    };
    built.set(stage, await buildStage({ ...parts, downloads: join(root, 'image-downloads') }));
  }
  removeWork(work);
  const image = [...built.values()].at(-1);
  for (const index of stages.keys()) {
    const layer = join(target, `stage-${index}`);
    if (!image?.layers.includes(layer)) rmSync(layer, { recursive: true, force: true });
  }
  // Its own layers are named relative to the folder, which gets its name when it is complete.
  const layers = image?.layers.map((layer) => (layer.startsWith(target) ? relative(target, layer) : layer));
  writeFileSync(join(target, 'image.json'), JSON.stringify({ ...image, name: source.folder, layers }, null, 2));
}

/** Without namespaces nothing joins layers, so that a stage begins with a copy of the one that it starts from. */
function flattened(base: Image, target: string, layer: string): Image {
  const copied = base.layers.filter((one) => one.startsWith(target));
  for (const one of copied) cpSync(one, layer, { recursive: true, verbatimSymlinks: true });
  return { ...base, layers: base.layers.filter((one) => !copied.includes(one)) };
}

function globalsOf({ globals }: Dockerfile, { args }: ImageSource): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of globals) {
    const chosen = args[name] ?? value;
    if (chosen !== undefined) values.set(name, withVariables(chosen, values));
  }
  return values;
}

function isNamed({ stages }: Dockerfile, stage: Stage, name: string): boolean {
  return stage.name?.toLowerCase() === name.toLowerCase() || String(stages.indexOf(stage)) === name;
}

/** The stages that lead to the target, in their order: the others are not built. */
function neededStages(dockerfile: Dockerfile, source: ImageSource): Stage[] {
  const { stages, file } = dockerfile;
  const { target } = source;
  const last = target === undefined ? stages.at(-1) : stages.find((stage) => isNamed(dockerfile, stage, target));
  if (last === undefined) throw new DockerfileError(file, 1, 'FROM', `no stage is named ${target}`);
  const needed = new Set<Stage>();
  const visit = (stage: Stage) => {
    if (needed.has(stage)) return;
    needed.add(stage);
    for (const name of imagesOf(dockerfile, stage, source)) {
      const earlier = stages.slice(0, stages.indexOf(stage)).find((one) => isNamed(dockerfile, one, name));
      if (earlier !== undefined) visit(earlier);
    }
  };
  visit(last);
  for (const instruction of [...needed].flatMap((stage) => stage.instructions))
    if (instruction.kind === 'rejected') throw instruction.error;
  return stages.filter((stage) => needed.has(stage));
}

/** What a stage starts from and copies from. */
function imagesOf(dockerfile: Dockerfile, stage: Stage, source: ImageSource): string[] {
  const globals = globalsOf(dockerfile, source);
  const copied = stage.instructions.flatMap((one) =>
    one.kind === 'copy' && one.from !== undefined ? [withVariables(one.from, globals)] : [],
  );
  return [withVariables(stage.from, globals), ...copied];
}

async function baseImages(
  dockerfile: Dockerfile,
  stages: readonly Stage[],
  source: ImageSource,
  report: (line: string) => void,
): Promise<Map<string, Image>> {
  const images = new Map<string, Image>();
  for (const stage of stages) {
    for (const name of imagesOf(dockerfile, stage, source)) {
      if (images.has(name) || dockerfile.stages.some((one) => isNamed(dockerfile, one, name))) continue;
      if (!isBase(name)) throw unknownImage(dockerfile, stage, name);
      const image = await baseImage(name, report).catch((error: Error) => {
        throw new DockerfileError(dockerfile.file, stage.line, `FROM ${name}`, error.message);
      });
      images.set(name, image);
    }
  }
  return images;
}

function unknownImage({ file }: Dockerfile, { line }: Stage, name: string): DockerfileError {
  return new DockerfileError(
    file,
    line,
    `FROM ${name}`,
    "this image can't be fetched: the official images node and python, and stages that start from them, run here",
  );
}
