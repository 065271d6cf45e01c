import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { build } from 'esbuild';

/** The parts of awslint that are used here: the package has no types entry. */
interface Awslint {
  readonly ALL_RULES_LINTER: { eval(assembly: Assembly, options: { include: string[] }): Diagnostic[] };
  readonly DiagnosticLevel: Readonly<Record<'Error' | 'Warning', number>>;
  readonly ConstructReflection: { findAllConstructs(assembly: Assembly): unknown[] };
}
interface Diagnostic {
  readonly level: number;
  readonly rule: { readonly code: string };
  readonly scope: string;
  readonly message: string;
}
type Assembly = object;
interface Reflect {
  readonly TypeSystem: new () => { load(folder: string, options: { validate: boolean }): Promise<Assembly> };
}

/** What awslint reports about one type or member. */
export interface ApiFinding {
  readonly rule: string;
  /** `cdk-andamio.ApiRoute.tenantNoun` */
  readonly scope: string;
  readonly message: string;
}

/** Resolves what awslint depends on, which has other versions than this repository. */
const requireOfAwslint = createRequire(require.resolve('awslint/package.json'));

/**
 * Checks the API of a compiled jsii module with all rules of awslint, the CDK's own linter. Its warnings count, too.
 *
 * @param folder the folder of the module's `.jsii`
 */
export async function apiFindings(folder: string): Promise<{ readonly constructs: number; readonly findings: readonly ApiFinding[] }> {
  // The base class of constructs is that of the package `constructs`.
  process.env.AWSLINT_BASE_CONSTRUCT = 'true';
  const { ALL_RULES_LINTER, ConstructReflection, DiagnosticLevel } = await loadAwslint();
  const { TypeSystem } = requireOfAwslint('jsii-reflect') as Reflect;
  const assembly = await new TypeSystem().load(folder, { validate: false });
  const findings = ALL_RULES_LINTER.eval(assembly, { include: ['*'] })
    .filter(({ level }) => level === DiagnosticLevel.Error || level === DiagnosticLevel.Warning)
    .map(({ rule, scope, message }) => ({ rule: rule.code, scope, message }));
  return { constructs: ConstructReflection.findAllConstructs(assembly).length, findings };
}

/** awslint 2.72.1 still knows the core of the CDK by its name in version 1, and skips most rules without it. */
async function loadAwslint(): Promise<Awslint> {
  let replaced = 0;
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './lib'; export * from './lib/rules/construct'`,
      resolveDir: dirname(require.resolve('awslint/package.json')),
    },
    bundle: true,
    platform: 'node',
    write: false,
    external: ['jsii-reflect', 'camelcase'],
    plugins: [
      {
        name: 'aws-cdk-lib',
        setup: ({ onLoad }) => {
          onLoad({ filter: /awslint\/lib\/rules\/.*\.js$/ }, ({ path }) => {
            const contents = readFileSync(path, 'utf8').replaceAll(/(['"])@aws-cdk\/core/g, (_, quote) => {
              replaced += 1;
              return `${quote}aws-cdk-lib`;
            });
            return { contents, loader: 'js' };
          });
        },
      },
    ],
  });
  if (replaced === 0) throw new Error('awslint no longer names @aws-cdk/core: load it without replacing that name');
  const module = { exports: {} as Awslint };
  new Function('require', 'module', 'exports', outputFiles[0].text)(requireOfAwslint, module, module.exports);
  return module.exports;
}
