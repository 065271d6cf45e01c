import { Host, JsonArray, type Value } from './value';

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a string
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const MAXIMUM_DEPTH = 1000;
/** In digits. */
const LONGEST_INTEGER = 1000;

/**
 * JSON text as Java objects: whole numbers stay exact (`JSON.parse` would round them past 2^53, which would change a body on its
 * way through a template), `1.0` stays a double. Throws a SyntaxError that says where.
 */
export function parseJson(text: string): Value {
  let at = 0;

  const fail = (): never => {
    throw new SyntaxError(at < text.length ? `Unexpected character at position ${at}` : 'Unexpected end of JSON');
  };
  const space = (): void => {
    for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(at)) at += 1;
  };
  const expect = (token: string): void => {
    if (!text.startsWith(token, at)) fail();
    at += token.length;
  };

  const string = (): string => {
    expect('"');
    let result = '';
    for (;;) {
      PLAIN.lastIndex = at;
      const plain = PLAIN.exec(text)?.[0] ?? '';
      result += plain;
      at += plain.length;
      if (text[at] === '"') {
        at += 1;
        return result;
      }
      if (text[at] !== '\\') fail();
      const escaped = text[at + 1];
      if (escaped === 'u') {
        const hex = text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) fail();
        result += String.fromCharCode(Number.parseInt(hex, 16));
        at += 6;
      } else {
        result += ESCAPES[escaped] ?? fail();
        at += 2;
      }
    }
  };

  const number = (): Value => {
    NUMBER.lastIndex = at;
    const match = NUMBER.exec(text);
    if (!match) return fail();
    at += match[0].length;
    if (match[1] !== undefined || match[2] !== undefined) return Number(match[0]);
    // To make a BigInt takes more than linear time: one with more digits than anybody computes with stays the text that it is.
    return match[0].length > LONGEST_INTEGER ? new Host({ toString: () => match[0] }) : BigInt(match[0]);
  };

  const object = (depth: number): Value => {
    const result = new Map<string, Value>();
    at += 1;
    space();
    if (text[at] === '}') at += 1;
    else {
      for (;;) {
        space();
        const key = string();
        space();
        expect(':');
        result.set(key, value(depth));
        space();
        if (text[at] === '}') break;
        expect(',');
      }
      at += 1;
    }
    return result;
  };

  const array = (depth: number): Value => {
    const result = new JsonArray();
    at += 1;
    space();
    if (text[at] === ']') at += 1;
    else {
      for (;;) {
        result.push(value(depth));
        space();
        if (text[at] === ']') break;
        expect(',');
      }
      at += 1;
    }
    return result;
  };

  const word = (token: string, result: Value): Value => {
    expect(token);
    return result;
  };

  const value = (depth: number): Value => {
    if (depth > MAXIMUM_DEPTH) throw new SyntaxError(`JSON is nested deeper than ${MAXIMUM_DEPTH}`);
    space();
    switch (text[at]) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"':
        return string();
      case 't':
        return word('true', true);
      case 'f':
        return word('false', false);
      case 'n':
        return word('null', null);
      default:
        return number();
    }
  };

  const result = value(0);
  space();
  if (at < text.length) fail();
  return result;
}
