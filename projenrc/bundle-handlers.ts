import { rmSync, statSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { globSync } from 'glob';
import { bundleOf } from './package/contents';

// src/<construct>/<name>.lambda.ts becomes assets/<construct>/<name>/index.js: one esbuild call for all of them.
const entryPoints = Object.fromEntries(
  globSync('src/**/*.lambda.ts')
    .sort()
    .map((file) => [bundleOf(file).replace(/^assets\/|\.js$/g, ''), file]),
);

rmSync('assets', { recursive: true, force: true });
buildSync({
  entryPoints,
  outdir: 'assets',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  // The Lambda runtime includes the SDK: bundling it would make the handler many times larger and its cold start slower
  // (docs/decisions/ADR-004).
  external: ['@aws-sdk/*', '@smithy/*'],
});

for (const name of Object.keys(entryPoints)) {
  process.stderr.write(`assets/${name}.js ${(statSync(`assets/${name}.js`).size / 1024).toFixed(1)} KB\n`);
}
