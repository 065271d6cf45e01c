// Loaded before an app that integ-runner runs (node --require): integ-runner 2.197 reads assemblies up to schema 53, aws-cdk-lib from 2.258 on
// writes 54 and newer. What they added is not used by stacks, assets and assertions, so that the version alone is in the way.
// To be deleted as soon as older-schema.test.ts says that a newer runner reads them as they are.
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
