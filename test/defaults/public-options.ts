import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** An optional prop and its `@default` tag. */
export interface OptionalProp {
  readonly prop: string;
  /** The text of the tag, an expression or, after `- `, a description; undefined without a tag. */
  readonly tag?: string;
}

/** The optional props of each interface of props, options or attributes that the package exports, read from the sources, by its name. */
export function publicOptions(index: string): ReadonlyMap<string, readonly OptionalProp[]> {
  const declared = exportedFrom(index).filter(({ name }) => !/^I[A-Z]/.test(name.text));
  const all = declared.map(({ name, members }) => [name.text, members.flatMap(optionalProp)] as const);
  return new Map(all.filter(([, props]) => props.length > 0).sort());
}

/** Follows `export … from` from file to file. */
function exportedFrom(file: string, names?: readonly string[]): ts.InterfaceDeclaration[] {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  return statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement)) {
      const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
      return isExported && (names === undefined || names.includes(statement.name.text)) ? [statement] : [];
    }
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) return [];
    const { exportClause, moduleSpecifier } = statement;
    const named = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : names;
    return exportedFrom(resolved(file, (moduleSpecifier as ts.StringLiteral).text), named);
  });
}

function resolved(from: string, specifier: string): string {
  const path = join(dirname(from), specifier);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, 'index.ts');
}

function optionalProp(member: ts.TypeElement): OptionalProp[] {
  if (member.questionToken === undefined) return [];
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default');
  return [{ prop: member.name?.getText() ?? '', tag: tag && ts.getTextOfJSDocComment(tag.comment) }];
}
