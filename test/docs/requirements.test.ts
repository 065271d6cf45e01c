import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';

const ROOT = resolve(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const page = read('docs/requirements.md');
const manifest = JSON.parse(read('package.json')) as {
  engines: { node: string };
  peerDependencies: Record<string, string>;
};
const floors = new Map(Object.entries(manifest.peerDependencies).map(([name, range]) => [name, range.replace('^', '')]));
const node = manifest.engines.node.replace('>= ', '');
const python = /sys\.version_info < \((\d+), (\d+)\)/.exec(read('integ/sandbox/engines/python.ts'))?.slice(1).join('.');
const java = /OLDEST = (\d+);/.exec(read('integ/sandbox/engines/java.ts'))?.[1];
const workflow = read('.github/workflows/build.yml');

/** The cells of the rows that begin with a name. */
function rows(name: string): string[] {
  const found = page.split('\n').filter((line) => line.replace(/[| `]/g, '').startsWith(name.replace(/[ `]/g, '')));
  expect(found).not.toEqual([]);
  return found;
}

test.each([...floors])('%s: the floor of the page is the one that the package declares', (name, floor) => {
  const next = Number(floor.split('.')[0]) + 1;
  expect(rows(name)).toEqual([expect.stringContaining(`${floor} or newer, below ${next} `)]);
});

test('Node.js: the package, the commands and CI', () => {
  const both = rows('Node.js');
  expect(both).toHaveLength(2);
  for (const row of both) expect(row).toContain(`${node} or newer`);
  expect(both[1]).toContain(`CI runs ${/node-version: "(\d+)"/.exec(workflow)?.[1]} `);
});

test('Python and Java: what the engines check, and what CI runs', () => {
  expect(rows('Python')).toEqual([expect.stringContaining(`${python} or newer, with \`venv\``)]);
  expect(rows('Python')[0]).toContain(`CI runs ${/python-version: "([\d.]+)"/.exec(workflow)?.[1]} `);
  expect(rows('Java')).toEqual([expect.stringContaining(`${java} or newer`)]);
});

test('TypeScript: the compilers that the package is tested with', () => {
  const tried = /const compilers = \[(.*)\]/.exec(read('packaging/module-modes.test.ts'))?.[1] ?? '';
  const versions = [...tried.matchAll(/'(\d+\.\d+)\.\d+'/g)].map((match) => match[1]);
  expect(
    rows('TypeScript')[0]
      .split('|')[2]
      .match(/\d+\.\d+/g),
  ).toEqual(versions);
});

test('Python and Go apps: the versions that the packages require', () => {
  const pacmak = 'node_modules/jsii-pacmak/lib/targets';
  expect(rows('apps in Python')[0]).toContain(`${/python_requires: '>=([\d.]+)'/.exec(read(`${pacmak}/python.js`))?.[1]} or newer`);
  expect(rows('apps in Go')[0]).toContain(`${/GO_VERSION = '([\d.]+)'/.exec(read(`${pacmak}/go/package.js`))?.[1]} or newer`);
});

test('the runtime of functions is the one for which handlers are bundled', () => {
  expect(read('src/core/private/handler.ts')).toContain('Runtime.NODEJS_24_X');
  expect(page).toContain('`nodejs24.x`, `arm64`');
});

test('no other page names a different version', () => {
  // Decisions and the changelog speak of their time, and benchmarks of the machine that they ran on.
  const ignore = [
    '**/node_modules/**',
    'docs/decisions/**',
    'CHANGELOG.md',
    'API.md',
    'docs/benchmarks.md',
    'dist/**',
    '**/cdk.out/**',
    'reports/**',
  ];
  const wrong = globSync('**/*.md', { cwd: ROOT, ignore }).flatMap((file) =>
    [...read(file).matchAll(/(Node\.js|Python|Java|aws-cdk-lib|constructs)`?\s+(≥\s*)?(\d+(?:\.\d+)*)\s+or\s+newer/g)]
      .filter(([, name, , version]) => {
        const right = { 'Node.js': node, Python: python, Java: java, ...Object.fromEntries(floors) }[name];
        return right !== version && right !== `${version}.0`;
      })
      .map(([text]) => `${file}: ${text}`),
  );
  expect(wrong).toEqual([]);
});
