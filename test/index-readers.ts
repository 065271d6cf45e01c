import { readFileSync } from 'node:fs';
import { globSync } from 'glob';
import ts from 'typescript';

/** Where code asks an index, or may ask one, without the helper that leaves out what is not the tenant's own. */
export interface Reader {
  readonly line: number;
  readonly text: string;
}

const SDK = /^@aws-sdk\/(client|lib)-dynamodb$/;
const HELPERS = /^cdk-andamio\/tenant-sessions$|\/(own-items|tenant-sessions)$/;

/**
 * Readers of indexes in a source file that do without `ownItemsQuery` and `ownItemsPages`, found in its syntax: a Query whose input is not
 * theirs and is not written out without an `IndexName`, and every `IndexName` elsewhere.
 */
export function readersWithoutHelper(source: string): Reader[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const imported = bindings(file);
  const found = new Map<number, Reader>();
  const note = (node: ts.Node) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (!found.has(line)) found.set(line, { line, text: node.getText().split('\n')[0] });
  };
  const visit = (node: ts.Node): void => {
    if (isHelperCall(node, imported)) {
      visitHelper(node);
      return;
    }
    const input = inputOfQuery(node, imported);
    if (input !== undefined && !isTableQuery(input) && !isHelperCall(input, imported)) note(node);
    if (isIndexName(node)) note(node);
    ts.forEachChild(node, visit);
  };
  // What stands in its input is held to own items. Its `query` sends what it is given, and nothing else.
  const visitHelper = (call: ts.CallExpression): void => {
    const [, input, options] = call.arguments;
    if (input !== undefined) ts.forEachChild(input, (child) => (isIndexName(child) ? undefined : visit(child)));
    if (options === undefined) return;
    const sent = parametersOf(options);
    const visitOptions = (node: ts.Node): void => {
      const asked = inputOfQuery(node, imported);
      if (asked !== undefined && ts.isIdentifier(asked) && sent.includes(asked.text)) return;
      if (asked === undefined && !isIndexName(node)) ts.forEachChild(node, visitOptions);
      else visit(node);
    };
    visitOptions(options);
  };
  visit(file);
  return [...found.values()];
}

/** The TypeScript of a page of Markdown. */
export function codeOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```(?:ts|typescript)\n(.*?)^```/gms)].map(([, code]) => code);
}

/** Every reader without the helper in files of these patterns, as `file:line text`. */
export function readersIn(...patterns: readonly string[]): {
  readonly files: number;
  readonly queries: number;
  readonly readers: string[];
} {
  const files = globSync([...patterns], { ignore: ['**/node_modules/**', '**/cdk.out/**'] }).sort();
  const sources = files.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.md') ? codeOf(text).map((code) => ({ path, code })) : [{ path, code: text }];
  });
  return {
    files: files.length,
    queries: sources.reduce((sum, { code }) => sum + (code.match(/ownItems(Query|Pages)\(/g) ?? []).length, 0),
    readers: sources.flatMap(({ path, code }) => readersWithoutHelper(code).map(({ line, text }) => `${path}:${line} ${text}`)),
  };
}

interface Bindings {
  /** Local names of what makes a Query, by what they are of the SDK. */
  readonly queries: ReadonlyMap<string, string>;
  readonly namespaces: readonly string[];
  readonly helpers: readonly string[];
}

function bindings(file: ts.SourceFile): Bindings {
  const queries = new Map<string, string>();
  const namespaces: string[] = [];
  const helpers: string[] = [];
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { text: module } = statement.moduleSpecifier;
    const names = statement.importClause?.namedBindings;
    if (names !== undefined && ts.isNamespaceImport(names) && SDK.test(module)) namespaces.push(names.name.text);
    if (names === undefined || !ts.isNamedImports(names)) continue;
    for (const { name, propertyName } of names.elements) {
      const original = (propertyName ?? name).text;
      if (SDK.test(module) && (original === 'QueryCommand' || original === 'paginateQuery')) queries.set(name.text, original);
      if (HELPERS.test(module) && /^ownItems(Query|Pages)$/.test(original)) helpers.push(name.text);
    }
  }
  return { queries, namespaces, helpers };
}

/** The input of a Query that an expression makes: of `new QueryCommand(input)`, `paginateQuery(config, input)`. */
function inputOfQuery(node: ts.Node, { queries, namespaces }: Bindings): ts.Expression | undefined {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined;
  const { expression, arguments: given = [] } = node;
  const name = ts.isIdentifier(expression)
    ? queries.get(expression.text)
    : ts.isPropertyAccessExpression(expression) && namespaces.includes(expression.expression.getText())
      ? expression.name.text
      : undefined;
  if (name === 'QueryCommand') return given[0];
  return name === 'paginateQuery' ? given[1] : undefined;
}

function isHelperCall(node: ts.Node, { helpers }: Bindings): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && helpers.includes(node.expression.text);
}

/** Written out, without an index and without anything that could bring one. */
function isTableQuery(input: ts.Expression): boolean {
  return (
    ts.isObjectLiteralExpression(input) && input.properties.every((property) => !ts.isSpreadAssignment(property) && !isIndexName(property))
  );
}

function isIndexName(node: ts.Node): boolean {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return false;
  return ts.isComputedPropertyName(node.name) ? /IndexName/.test(node.name.getText()) : node.name.text === 'IndexName';
}

/** Names of the parameters of functions that stand directly in an object: `{ query: (input) => … }`. */
function parametersOf(options: ts.Expression): string[] {
  if (!ts.isObjectLiteralExpression(options)) return [];
  return options.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) && ts.isArrowFunction(property.initializer)
      ? property.initializer.parameters.map(({ name }) => name.getText())
      : [],
  );
}
