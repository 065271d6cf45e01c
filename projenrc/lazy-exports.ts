import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

// `export *` loads every construct, and with them half of aws-cdk-lib, for an app that imports one of them. This rewrites the compiled
// entry point to load a module when one of its names is first read. The `exports.X = void 0` lines are for Node's lexer, which reads
// the names of a CommonJS module from them, for `import { X }`, and drops a name that is a literal in a defineProperty with a
// getter. Types do not change: lib/index.d.ts stays as jsii wrote it.
const entry = resolve('lib/index.js');
const compiled = readFileSync(entry, 'utf8');
/** Modules that the entry point loads for their side effects. */
const effects = [...compiled.matchAll(/^require\("\.\/[^"]+"\);$/gm)].map((match) => match[0]);
const modules = [...compiled.matchAll(/__exportStar\(require\("(\.\/[^"]+)"\)/g)].map((match) => match[1]);
if (modules.length > 0) {
  const load = createRequire(entry);
  const names = modules.flatMap((module) => Object.keys(load(module)).map((name) => ({ module, name })));
  const twice = names.find(({ name }, index) => names.findIndex((other) => other.name === name) !== index);
  if (twice) throw new Error(`lib/index.js: ${twice.name} is exported twice, the second time by ${twice.module}`);
  const lines = [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    ...effects,
    ...names.map(({ name }) => `exports.${name} = void 0;`),
    'const lazy = (name, load) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => load()[name] });',
    ...names.map(({ module, name }) => `lazy('${name}', () => require('${module}'));`),
  ];
  writeFileSync(entry, `${lines.join('\n')}\n`);

  // In a plain Node.js process, as a consumer has it: this file runs under a loader.
  const list = `import(${JSON.stringify(entry)}).then((names) => console.log(Object.keys(names).join()))`;
  const seen = execFileSync(process.execPath, ['-e', list], { encoding: 'utf8' }).trim().split(',');
  const missing = names.find(({ name }) => !seen.includes(name));
  if (missing) throw new Error(`lib/index.js: import { ${missing.name} } finds no such name`);
}
