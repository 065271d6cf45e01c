import { relative } from 'node:path';
import ts from 'typescript';

/** A regular expression and its position. */
export interface Regex {
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly flags: string;
}

/** A regular expression whose pattern is only known at run time. */
export interface Unread {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The regular expressions found in files. */
export interface Found {
  readonly regexes: Regex[];
  readonly unread: Unread[];
  /** Files whose text calls a Java method with a regular expression, as mapping templates do. */
  readonly templates: Set<string>;
}

const IN_TEMPLATE = /\.(?:matches|replaceAll|replaceFirst|split)\(/;
/** String methods that turn a string into a regular expression. */
const METHODS = ['match', 'matchAll', 'search'];
/** Resource properties whose strings are regular expressions. */
const PROPERTIES = ['pattern', 'selectionPattern', 'regexString'];

/** All regular expressions of TypeScript files, found in their syntax trees. */
export function regexesIn(files: readonly string[], root: string): Found {
  const program = ts.createProgram(files, { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.CommonJS, noEmit: true, strict: true });
  const checker = program.getTypeChecker();
  const regexes: Regex[] = [];
  const unread: Unread[] = [];
  const templates = new Set<string>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} cannot be read`);
    const place = (node: ts.Node) => ({
      file: relative(root, file),
      line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
    });
    const add = (node: ts.Node, pattern: ts.Expression, flags?: ts.Expression) => {
      const text = constant(pattern, checker);
      const flagText = flags === undefined ? '' : constant(flags, checker);
      if (text === undefined || flagText === undefined) unread.push({ ...place(node), text: node.getText(source) });
      else regexes.push({ ...place(node), source: text, flags: flagText });
    };
    const visit = (node: ts.Node): void => {
      if ((ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) && IN_TEMPLATE.test(node.text))
        templates.add(relative(root, file));
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        regexes.push({ ...place(node), source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
      } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText(source) === 'RegExp') {
        const [pattern, flags] = node.arguments ?? [];
        if (pattern !== undefined && !ts.isRegularExpressionLiteral(pattern)) add(node, pattern, flags);
      } else if (
        ts.isCallExpression(node) &&
        ts.isPropertyAccessExpression(node.expression) &&
        METHODS.includes(node.expression.name.text)
      ) {
        const [pattern] = node.arguments;
        if (pattern !== undefined && isText(node.expression.expression, checker) && isText(pattern, checker)) add(node, pattern);
      } else if (ts.isPropertyAssignment(node) && PROPERTIES.includes(node.name.getText(source)) && isText(node.initializer, checker)) {
        add(node, node.initializer);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { regexes, unread, templates };
}

function isText(node: ts.Expression, checker: ts.TypeChecker): boolean {
  return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) !== 0;
}

/** The text of an expression that consists of literals and constants; undefined for any other. */
function constant(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const type = checker.getTypeAtLocation(node);
  if (type.isStringLiteral()) return type.value;
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map(({ expression, literal }) => {
      const value = constant(expression, checker);
      return value === undefined ? undefined : value + literal.text;
    });
    return parts.includes(undefined) ? undefined : node.head.text + parts.join('');
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [constant(node.left, checker), constant(node.right, checker)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  if (ts.isIdentifier(node)) {
    const symbol = checker.getSymbolAtLocation(node);
    const declared = (symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)?.valueDeclaration;
    const isConstant = declared !== undefined && ts.isVariableDeclaration(declared) && (declared.parent.flags & ts.NodeFlags.Const) !== 0;
    return isConstant && declared.initializer !== undefined ? constant(declared.initializer, checker) : undefined;
  }
  return undefined;
}
