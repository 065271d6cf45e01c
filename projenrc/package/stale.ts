import { existsSync, statSync } from 'node:fs';
import { globSync } from 'glob';
import { bundleOf, orphans } from './contents';

// Exits with 0 if the package must be built, and with 1 if it is newer than all of its sources. Tasks
// that need the compiled library use this as the condition of the build step, so that each of them works in a fresh clone.

const sources = ['src/**/*.ts', 'README.md', 'package.json', 'tsconfig.json', 'projenrc/bundle-handlers.ts', 'projenrc/lazy-exports.ts'];
const built = ['.jsii', 'lib/index.js', ...globSync('src/**/*.lambda.ts').map(bundleOf)];

const missing = built.some((file) => !existsSync(file));
const orphaned = orphans().length > 0;
const newest = Math.max(...globSync(sources).map((file) => statSync(file).mtimeMs));
process.exitCode = missing || orphaned || built.some((file) => statSync(file).mtimeMs < newest) ? 0 : 1;
