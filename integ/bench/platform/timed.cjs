// Preloaded by an app: prints the seconds from the start of its process to its end, which is after the synthesis.
const { mkdtempSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

// A new folder for each run, so that assets are written, too.
const outdir = mkdtempSync(join(tmpdir(), 'bench-platform-'));
process.env.CDK_OUTDIR = outdir;

process.once('exit', () => {
  const seconds = performance.now() / 1000;
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
  const resources = templates.flatMap((file) => Object.keys(JSON.parse(readFileSync(join(outdir, file), 'utf8')).Resources));
  rmSync(outdir, { recursive: true });
  console.log(JSON.stringify({ seconds, resources: resources.length }));
});
