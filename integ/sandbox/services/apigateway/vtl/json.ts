import { Host, JsonArray, type Value } from './value';

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a string
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const MAXIMUM_DEPTH = 1000;
const BACKSLASH = 92;
const MAXIMUM_INTEGER_DIGITS = 1000;

/**
 * Parses JSON as Java does: integers stay exact (`JSON.parse` would round them above 2^53, which would change a body that a template
 * passes through), and `1.0` stays a double. Throws a SyntaxError with the position.
 */
export function parseJson(text: string): Value {
  return new Reader(text).whole();
}

/** Reads one text in one pass. It is a class, because nested functions would be created for each text. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Value {
    const result = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail();
    return result;
  }

  private value(depth: number): Value {
    if (depth > MAXIMUM_DEPTH) throw new SyntaxError(`JSON is nested deeper than ${MAXIMUM_DEPTH}`);
    this.space();
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth + 1);
      case '[':
        return this.array(depth + 1);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private object(depth: number): Value {
    const result = new Map<string, Value>();
    this.at += 1;
    this.space();
    if (this.text[this.at] === '}') this.at += 1;
    else {
      for (;;) {
        this.space();
        const key = this.string();
        this.space();
        this.expect(':');
        result.set(key, this.value(depth));
        this.space();
        if (this.text[this.at] === '}') break;
        this.expect(',');
      }
      this.at += 1;
    }
    return result;
  }

  private array(depth: number): Value {
    const result = new JsonArray();
    this.at += 1;
    this.space();
    if (this.text[this.at] === ']') this.at += 1;
    else {
      for (;;) {
        result.push(this.value(depth));
        this.space();
        if (this.text[this.at] === ']') break;
        this.expect(',');
      }
      this.at += 1;
    }
    return result;
  }

  /** A string with escapes is read by `JSON.parse`. */
  private string(): string {
    const from = this.at;
    this.expect('"');
    let escapes = false;
    for (;;) {
      PLAIN.lastIndex = this.at;
      PLAIN.test(this.text);
      this.at = PLAIN.lastIndex;
      if (this.text.charCodeAt(this.at) !== BACKSLASH) break;
      escapes = true;
      this.at = Math.min(this.at + 2, this.text.length);
    }
    this.expect('"');
    return escapes ? (JSON.parse(this.text.slice(from, this.at)) as string) : this.text.slice(from + 1, this.at - 1);
  }

  private number(): Value {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) return this.fail();
    this.at += match[0].length;
    const [digits, fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return Number(digits);
    // Creating a BigInt takes more than linear time, so a number with very many digits stays a string.
    return digits.length > MAXIMUM_INTEGER_DIGITS ? new Host({ toString: () => digits }) : BigInt(digits);
  }

  private word(token: string, result: Value): Value {
    this.expect(token);
    return result;
  }

  private space(): void {
    for (let code = this.text.charCodeAt(this.at); isSpace(code); code = this.text.charCodeAt(this.at)) this.at += 1;
  }

  private expect(token: string): void {
    if (!this.text.startsWith(token, this.at)) this.fail();
    this.at += token.length;
  }

  private fail(): never {
    const { at, text } = this;
    throw new SyntaxError(at < text.length ? `Unexpected character at position ${at}` : 'Unexpected end of JSON');
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
