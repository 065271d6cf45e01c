import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A default as it is documented. */
export interface DocumentedDefault {
  readonly prop: string;
  /** The text of the tag: an expression. */
  readonly tag: string;
}

/**
 * The `@default` tags of an interface of props, read from its source. Tags that describe instead of giving a value begin with `- `, as
 * in the CDK, and are left out; an optional prop without a tag is an error.
 */
export function documentedDefaults(file: string, interfaceName: string): DocumentedDefault[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const declaration = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === interfaceName);
  if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) throw new Error(`${file} has no interface ${interfaceName}`);
  return declaration.members
    .filter((member) => member.questionToken !== undefined)
    .map((member) => {
      const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default');
      if (tag === undefined) throw new Error(`${interfaceName}.${member.name?.getText()} has no @default`);
      return { prop: member.name?.getText() ?? '', tag: ts.getTextOfJSDocComment(tag.comment) ?? '' };
    })
    .filter(({ tag }) => !tag.startsWith('- '));
}

/** The value that a tag gives, in which `this` is the construct's scope and `names` are what it may use. */
export function evaluated(tag: string, self: unknown, names: Record<string, unknown>): unknown {
  return new Function(...Object.keys(names), `return (${tag});`).apply(self, Object.values(names));
}
