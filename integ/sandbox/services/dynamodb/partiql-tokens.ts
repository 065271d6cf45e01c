import { ServiceError } from '../../protocol/service-error';

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'parameter' | 'symbol';
  /** Without quotes, with doubled quotes undone. */
  readonly text: string;
}

const PATTERN =
  /\s*(?:(?<word>[A-Za-z_][A-Za-z0-9_$]*)|"(?<name>(?:[^"]|"")*)"|'(?<string>(?:[^']|'')*)'|(?<number>-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?<parameter>\?)|(?<symbol><<|>>|<=|>=|<>|!=|[=<>(){}[\],.:*+-]))/y;

/** The words of a PartiQL statement. What this does not read never reaches an engine: it could not be authorised. */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  const text = statement.trimEnd().replace(/;$/, '').trimEnd();
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex;
    const groups = PATTERN.exec(text)?.groups;
    // A comment would hide words from this reader that an engine reads, or the other way round.
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
