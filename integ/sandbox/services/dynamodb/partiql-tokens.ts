import { ServiceError } from '../../protocol/service-error';

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'parameter' | 'symbol';
  /** Without its quotes; doubled quotes are single. */
  readonly text: string;
}

const PATTERN =
  /\s*(?:(?<word>[A-Za-z_][A-Za-z0-9_$]*)|"(?<name>(?:[^"]|"")*)"|'(?<string>(?:[^']|'')*)'|(?<number>-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?<parameter>\?)|(?<symbol><<|>>|<=|>=|<>|!=|[=<>(){}[\],.:*+-]))/y;

/** The tokens of a PartiQL statement. Throws if it can't be parsed, because such a statement can't be authorized either. */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  const text = statement.trimEnd().replace(/;$/, '').trimEnd();
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex;
    const groups = PATTERN.exec(text)?.groups;
    // Comments are rejected, because the engine might parse them differently.
    if (!groups || (groups.symbol === '-' && text[PATTERN.lastIndex] === '-')) {
      throw malformed(`near: "${text.slice(at, at + 20)}"`);
    }
    const [kind, found] = Object.entries(groups).find((entry) => entry[1] !== undefined) as [Token['kind'], string];
    tokens.push({ kind, text: kind === 'name' ? found.replaceAll('""', '"') : kind === 'string' ? found.replaceAll("''", "'") : found });
  }
  return tokens;
}

export function malformed(where: string): ServiceError {
  return new ServiceError('ValidationException', `Statement wasn't well formed, can't be processed: ${where}`);
}
