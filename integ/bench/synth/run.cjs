// Synthesizes one app in a separate process and prints the time since the start of the process.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');

const loading = performance.now();
const { App, Stack } = require('aws-cdk-lib');
const build = require(resolve(process.argv[2]));
const loaded = performance.now();

const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'));
const app = new App({ outdir, analyticsReporting: false });
build(new Stack(app, 'Bench'));
const assembly = app.synth();
const end = performance.now();

const resources = Object.keys(assembly.getStackByName('Bench').template.Resources).length;
rmSync(outdir, { recursive: true });
console.log(JSON.stringify({ total: end, load: loaded - loading, synth: end - loaded, resources }));
