import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The folder beside an app that holds its templates, in the form that integ-runner writes and compares. */
export const snapshotFolder = (app: string) => `${app}.snapshot`;

/**
 * Compares the templates of an assembly with those that were committed. Hashes of assets, and the salts that make assertions run
 * again, are ignored.
 *
 * @returns one line for each template that differs; none when all are the same
 */
export function compareSnapshot(app: string, assembly: string): string[] {
  const folder = snapshotFolder(app);
  if (!existsSync(folder)) {
    return [`there is no ${basename(folder)}: look at the template, then write it with --update`];
  }
  const committed = read(folder);
  const synthesized = read(assembly);
  const names = [...new Set([...committed.keys(), ...synthesized.keys()])].sort();
  return names.flatMap((name) => difference(name, committed.get(name), synthesized.get(name)));
}

/** Writes the templates of an assembly as the snapshot, with what integ-runner needs to read them, without assets and metadata. */
export function writeSnapshot(app: string, assembly: string): void {
  const folder = snapshotFolder(app);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(assembly).filter((file) => SNAPSHOT_FILES.test(file))) {
    const text = readFileSync(join(assembly, name), 'utf8');
    writeFileSync(join(folder, name), name === 'manifest.json' ? withoutMetadata(text) : text.replace(SALT, '$1"<salt>"'));
  }
}

const SNAPSHOT_FILES = /^(manifest|integ)\.json$|\.(template|assets)\.json$/;
const COMPARED_FILES = /^integ\.json$|\.template\.json$/;
/** A salt that makes an assertion run again at each deployment. */
const SALT = /("salt": ?)"\d+"/g;

interface Manifest {
  readonly artifacts: Readonly<Record<string, { readonly metadata?: unknown; readonly additionalMetadataFile?: string }>>;
}

/** Metadata contains stack traces, which differ between machines. */
function withoutMetadata(text: string): string {
  const { artifacts, ...manifest } = JSON.parse(text) as Manifest;
  const kept = Object.entries(artifacts).map(([name, { metadata: _, additionalMetadataFile: __, ...artifact }]) => [name, artifact]);
  return `${JSON.stringify({ ...manifest, artifacts: Object.fromEntries(kept) }, undefined, 2)}\n`;
}

function read(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => COMPARED_FILES.test(name));
  return new Map(names.map((name) => [name, scrubbed(readFileSync(join(folder, name), 'utf8'))]));
}

function scrubbed(template: string): string {
  const masked = template.replace(/[0-9a-f]{64}/g, '<hash>').replace(SALT, '$1"<salt>"');
  return `${JSON.stringify(JSON.parse(masked), undefined, 1)}\n`;
}

function difference(name: string, committed: string | undefined, synthesized: string | undefined): string[] {
  if (committed === synthesized) {
    return [];
  }
  if (committed === undefined || synthesized === undefined) {
    return [`${name} is ${committed === undefined ? 'new' : 'gone'}`];
  }
  const before = committed.split('\n');
  const after = synthesized.split('\n');
  const at = Math.max(
    0,
    before.findIndex((line, index) => line !== after[index]),
  );
  const [committedLine, synthesizedLine] = apart(before[at] ?? 'nothing', after[at] ?? 'nothing');
  return [`${name} differs from line ${at + 1}: committed ${committedLine}, synthesized ${synthesizedLine}`];
}

const SHOWN = 80;

/** Two lines from shortly before their first difference, because a line may contain a whole definition. */
function apart(...lines: [string, string]): [string, string] {
  const [one, other] = lines;
  const at = [...one].findIndex((character, index) => character !== other[index]);
  const from = Math.max(0, at - SHOWN / 2);
  const part = (line: string) => `${from > 0 ? '…' : ''}${line.slice(from, from + SHOWN).trim()}${line.length > from + SHOWN ? '…' : ''}`;
  return [part(one), part(other)];
}
