import { OwnApp, tarball } from './own-app';

const app = new OwnApp();
const compilers = ['5.9.3', '6.0.3', '7.0.2'];
beforeAll(() =>
  app.install([tarball(), ...compilers.map((version) => `typescript-${version}@npm:typescript@${version}`), '@types/node@24']),
);
afterAll(() => app.remove());

/** Imports the constructs, whose types load those of aws-cdk-lib: that takes the compiler seconds. */
const constructs = `
import { TenantTable } from 'cdk-andamio';
export const table: typeof TenantTable = TenantTable;
// @ts-expect-error: without types this would be any, and not an error
export const noTable: number = TenantTable;
`;
const sessions = `
import { ownItemsQuery, renderKey, type TenantSessions } from 'cdk-andamio/tenant-sessions';
export const own: readonly unknown[] = [ownItemsQuery, renderKey];
export let opened: TenantSessions | undefined;
// @ts-expect-error: without types this would be any, and not an error
export const wrong: number = ownItemsQuery;
`;

interface Mode {
  readonly options: Record<string, string>;
  /** File extensions: ES module, CommonJS module, or as the options say. */
  readonly kinds: readonly ('mts' | 'cts' | 'ts')[];
  /** Versions that also check the constructs: the newest one is fast enough for each mode. */
  readonly whole: readonly string[];
}

const modes: Mode[] = [
  { options: { module: 'commonjs', moduleResolution: 'node10' }, kinds: ['ts'], whole: ['5.9.3', '6.0.3'] },
  { options: { module: 'node16', moduleResolution: 'node16' }, kinds: ['cts', 'mts'], whole: ['7.0.2'] },
  { options: { module: 'nodenext', moduleResolution: 'nodenext' }, kinds: ['cts', 'mts'], whole: compilers },
  { options: { module: 'esnext', moduleResolution: 'bundler' }, kinds: ['ts'], whole: ['7.0.2'] },
  { options: { module: 'preserve', moduleResolution: 'bundler' }, kinds: ['cts', 'mts'], whole: ['7.0.2'] },
];

/** TypeScript 6 deprecates node10, and TypeScript 7 removes it. */
function modesOf(version: string): Mode[] {
  if (version.startsWith('5.')) return modes;
  const [node10, ...others] = modes;
  return version.startsWith('6.') ? [{ ...node10, options: { ...node10.options, ignoreDeprecations: '6.0' } }, ...others] : others;
}

const cases = compilers.flatMap((version) => modesOf(version).map((mode) => ({ version, ...mode })));

test.each(cases)('TypeScript $version finds the types with $options', async ({ version, options, kinds, whole }) => {
  const files = kinds.flatMap((kind) => [`sessions.${kind}`, ...(whole.includes(version) ? [`constructs.${kind}`] : [])]);
  for (const file of files) app.write(file, file.startsWith('sessions') ? sessions : constructs);
  const compilerOptions = { strict: true, skipLibCheck: true, noEmit: true, target: 'es2022', types: ['node'], ...options };
  const name = `tsconfig.${version}.${options.module}.json`;
  app.write(name, JSON.stringify({ compilerOptions, files }));
  const tsc = `node_modules/typescript-${version}/bin/tsc`;
  expect(await app.run(process.execPath, [tsc, '-p', name])).toEqual({ code: 0, output: '' });
});

test.each([
  [
    'require',
    'app.cjs',
    "const { TenantSessions } = require('cdk-andamio/tenant-sessions'); const { TenantTable } = require('cdk-andamio');",
  ],
  ['import', 'app.mjs', "import { TenantSessions } from 'cdk-andamio/tenant-sessions'; import { TenantTable } from 'cdk-andamio';"],
])('Node.js finds both entry points by %s', async (_, file, imports) => {
  app.write(file, `${imports} console.log(typeof TenantSessions, typeof TenantTable);`);
  expect(await app.run(process.execPath, [file])).toEqual({ code: 0, output: 'function function\n' });
});
