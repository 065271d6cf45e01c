import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';
import ts from 'typescript';
import { codeBlocks } from './markdown';

const ROOT = resolve(__dirname, '..', '..');

/** A piece of code that readers copy. */
export interface Fragment {
  /** Relative to the repository. */
  readonly file: string;
  /** Of its first line of code. */
  readonly line: number;
  readonly code: string;
}

/** The TypeScript of all pages. Decisions speak of their time. */
export function fragmentsOfPages(): Fragment[] {
  const pages = ['*.md', 'docs/*.md', 'src/**/*.md', 'examples/**/*.md', 'integ/**/*.md'];
  const ignore = ['API.md', '**/node_modules/**', '**/*.snapshot/**', '**/cdk.out/**'];
  return globSync(pages, { cwd: ROOT, ignore })
    .sort()
    .flatMap((file) =>
      codeBlocks(readFileSync(join(ROOT, file), 'utf8'))
        .filter(({ language }) => /^(ts|typescript)\b/.test(language))
        .map(({ line, code }) => ({ file, line, code })),
    );
}

/** The `@example` of a class, by its name; nothing where it has none. */
export function exampleOf(file: string, name: string): Fragment | undefined {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const declaration = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === name);
  const tag = declaration && ts.getJSDocTags(declaration).find(({ tagName }) => tagName.text === 'example');
  if (tag === undefined) return undefined;
  const line = source.getLineAndCharacterOfPosition(tag.getStart()).line + 2;
  return { file, line, code: ts.getTextOfJSDocComment(tag.comment) ?? '' };
}

/** What a compiler says about the fragments, each as a module of its own, in strict mode. */
export function compile(fragments: readonly Fragment[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.Preserve,
    types: ['node'],
    paths: { 'cdk-andamio': [join(ROOT, 'src')], 'cdk-andamio/tenant-sessions': [join(ROOT, 'src/runtime/tenant-sessions.ts')] },
  };
  const files = new Map(fragments.map((fragment, index) => [join(ROOT, `fragment-${index}.mts`), fragment]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  const textOf = (name: string): string | undefined => {
    const fragment = files.get(resolve(name));
    return fragment && `${fragment.code}\nexport {};\n`;
  };
  host.fileExists = (name) => files.has(resolve(name)) || fileExists.call(host, name);
  host.readFile = (name) => textOf(name) ?? readFile.call(host, name);
  host.getSourceFile = (name, ...rest) => {
    const text = textOf(name);
    return text === undefined ? getSourceFile.call(host, name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([name, { file, line }]) => {
    const source = program.getSourceFile(name);
    if (source === undefined) return [`${file}:${line} was not compiled`];
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start, messageText }) => {
      const at = line + source.getLineAndCharacterOfPosition(start ?? 0).line;
      return `${file}:${at} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}
