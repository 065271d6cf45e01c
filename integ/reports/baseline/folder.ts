import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The last released version: its public API, and one template per construct and example. */
export interface Baseline {
  readonly version: string;
  /** The text of `.jsii`. */
  readonly api: string;
  /** By app and stack name: `tenant-table.minimal.TenantTable`. */
  readonly templates: ReadonlyMap<string, object>;
}

const VERSION = 'version.json';
const API = '.jsii';
const TEMPLATES = 'templates';
const END = '.template.json';

/** @returns undefined where no version has been released yet */
export function readBaseline(folder: string): Baseline | undefined {
  if (!existsSync(join(folder, VERSION))) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, VERSION), 'utf8')) as { version: string };
  const files = readdirSync(join(folder, TEMPLATES)).filter((file) => file.endsWith(END));
  const templates = files.map((file): [string, object] => [
    file.slice(0, -END.length),
    JSON.parse(readFileSync(join(folder, TEMPLATES, file), 'utf8')) as object,
  ]);
  return { version, api: readFileSync(join(folder, API), 'utf8'), templates: new Map(templates) };
}

export function writeBaseline(folder: string, { version, api, templates }: Baseline): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, TEMPLATES), { recursive: true });
  writeFileSync(join(folder, VERSION), `${JSON.stringify({ version })}\n`);
  writeFileSync(join(folder, API), api);
  for (const [name, template] of templates) {
    writeFileSync(join(folder, TEMPLATES, `${name}${END}`), `${JSON.stringify(template, undefined, 1)}\n`);
  }
}
