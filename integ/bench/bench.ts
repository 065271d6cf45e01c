import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import type { Figures, Part } from './figures';
import { printed, rendered } from './table';

const ROOT = resolve(__dirname, '..', '..');
// Each part is loaded when it runs, so that it does not affect the others.
const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  imports: async () => (await import('./imports.js')).imports,
  tarball: async () => (await import('./tarball.js')).tarball,
  synth: async () => (await import('./synth.js')).synth,
  platform: async () => (await import('./platform.js')).platform,
  authorizer: async () => (await import('./authorizer.js')).authorizer,
  writer: async () => (await import('./writer.js')).writer,
  sandbox: async () => (await import('./sandbox.js')).sandbox,
  formats: async () => (await import('./formats.js')).formats,
};
const USAGE = `npx projen bench [--built] [--write] [${Object.keys(PARTS).join('|')}]…
--built skips the build and measures lib/ and assets/ as they are; --write writes docs/benchmarks.md and runs all parts`;

const report = (line: string) => process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<void> {
  const flags = args.filter((argument) => argument.startsWith('-'));
  const names = args.filter((argument) => !argument.startsWith('-'));
  const parts = names.length > 0 ? names : Object.keys(PARTS);
  const write = flags.includes('--write');
  if (
    flags.some((flag) => !['--built', '--write'].includes(flag)) ||
    names.some((name) => !(name in PARTS)) ||
    (write && names.length > 0)
  ) {
    throw new Error(`Invalid arguments: ${args.join(' ')}\n${USAGE}`);
  }
  if (!flags.includes('--built')) build();
  const results: Record<string, Figures> = {};
  for (const name of parts) {
    report(`${name} …`);
    const part = await PARTS[name]();
    results[name] = await part(report);
    process.stdout.write(`${printed(results[name])}\n`);
  }
  if (write) writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), page(results));
  const goals = Object.values(results).flatMap((figures) => figures.goals);
  const met = goals.every((goal) => goal.met);
  const figures = Object.fromEntries(
    Object.entries(results).map(([name, { rows }]) => [name, Object.fromEntries(rows.map((row) => [row.name, row.values]))]),
  );
  process.stdout.write(`\n${JSON.stringify({ met, goals, figures })}\n`);
  process.exitCode = met ? 0 : 1;
}

function build(): void {
  report('building the library and the handlers …');
  const { status } = spawnSync('npx', ['projen', 'library'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('npx projen library failed');
}

function page(results: Readonly<Record<string, Figures>>): string {
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${arch()}, Node ${process.versions.node}`;
  return [
    '# Benchmarks',
    '',
    'Every figure on this page was printed by `npx projen bench --write`, in one run. Ratios travel to another machine, milliseconds do not.',
    '',
    `- Machine: ${machine}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    '',
    ...Object.values(results).map(rendered),
  ].join('\n');
}

main(process.argv.slice(2)).catch((error: Error) => {
  report(error.message);
  process.exitCode = 1;
});
