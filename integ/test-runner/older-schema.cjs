// Loaded before an app that integ-runner runs (node --require): integ-runner 2.197 reads assemblies up to schema 53, but aws-cdk-lib since
// 2.258
// writes 54 and newer. Stacks, assets and assertions do not use the additions, so that only the version number needs to change.
// Delete this file when older-schema.test.ts reports that a newer runner reads the schema.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** The newest schema that the runner reads. */
const READABLE = '53.0.0';

const outdir = process.env.CDK_OUTDIR;
process.on('exit', (status) => {
  if (outdir === undefined || status !== 0) return;
  for (const name of readdirSync(outdir)) {
    // manifest.json, integ.json, cdk.out and the assets of each stack begin with their version.
    if (!/\.json$|^cdk\.out$/.test(name) || name.endsWith('.template.json')) continue;
    const file = join(outdir, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/("version":\s*)"(5[4-9]|[6-9]\d)\.\d+\.\d+"/, `$1"${READABLE}"`));
  }
});
