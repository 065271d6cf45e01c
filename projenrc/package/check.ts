import { existsSync } from 'node:fs';
import { globSync } from 'glob';
import { bundleOf, orphans } from './contents';

// npm runs this before every pack: a package without its handlers would fail during synthesis of the user's app.

const missing = ['.jsii', 'lib/index.js', ...globSync('src/**/*.lambda.ts').sort().map(bundleOf)].filter((file) => !existsSync(file));
const orphaned = orphans();
const problems = [
  ...missing.map((file) => `${file} is missing`),
  ...orphaned.map((file) => `${file} is obsolete: it has no source in src`),
];
for (const problem of problems) process.stderr.write(`Cannot pack: ${problem}\n`);
if (problems.length > 0) {
  process.stderr.write('Run `npx projen library`, which compiles the library and bundles its handlers.\n');
  process.exitCode = 1;
}
