import { Host, JsonArray, type Value } from './value';

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a string
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const MAXIMUM_DEPTH = 1000;
const [QUOTE, BACKSLASH] = [34, 92];
/** In digits. */
const LONGEST_INTEGER = 1000;

/**
 * JSON text as Java objects: whole numbers stay exact (`JSON.parse` would round them past 2^53, which would change a body on its
 * way through a template), `1.0` stays a double. Throws a SyntaxError that says where.
 */
export function parseJson(text: string): Value {
  return new Reader(text).whole();
}

/** One pass over a text. A class, because functions within a function would be made for each text. */
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

  private string(): string {
    this.expect('"');
    let result = '';
    for (;;) {
      PLAIN.lastIndex = this.at;
      PLAIN.test(this.text);
      result += this.text.slice(this.at, PLAIN.lastIndex);
      this.at = PLAIN.lastIndex;
      const code = this.text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.at += 1;
        return result;
      }
      if (code !== BACKSLASH) this.fail();
      result += this.escaped();
    }
  }

  private escaped(): string {
    const escaped = this.text[this.at + 1];
    if (escaped !== 'u') {
      const character = ESCAPES[escaped] ?? this.fail();
      this.at += 2;
      return character;
    }
    const hex = this.text.slice(this.at + 2, this.at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail();
    this.at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private number(): Value {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) return this.fail();
    this.at += match[0].length;
    const [digits, fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return Number(digits);
    // To make a BigInt takes more than linear time: one with more digits than anybody computes with stays the text that it is.
    return digits.length > LONGEST_INTEGER ? new Host({ toString: () => digits }) : BigInt(digits);
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
