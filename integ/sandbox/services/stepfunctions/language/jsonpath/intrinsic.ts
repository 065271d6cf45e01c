import type { Json } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import type { Expression } from '../language';
import { functions } from './functions';
import { presentAt, readPath } from './paths';

/**
 * Reads an intrinsic function with its arguments: paths, texts in single quotes, numbers, `true`, `false`, `null` and other functions
 * (documented: "Intrinsic functions for JSONPath states in Step Functions").
 *
 * @throws NotSupported for functions that do not exist
 */
export function readIntrinsic(text: string, where: string): Expression {
  let at = 0;
  const expression = readCall();
  space();
  if (at < text.length) throw unreadable();
  return expression;

  function readCall(): Expression {
    const [name] = /^States\.\w{1,40}/.exec(text.slice(at)) ?? [];
    const run = name === undefined ? undefined : functions[name];
    if (name === undefined || run === undefined) {
      throw new NotSupported(`${where} ${text} is not supported: use one of ${Object.keys(functions).join(', ')}`);
    }
    at += name.length;
    const given: Expression[] = [];
    expect('(');
    space();
    while (text[at] !== ')') {
      if (given.length > 0) expect(',');
      given.push(readArgument());
      space();
    }
    at += 1;
    return async (scope) => run(await Promise.all(given.map((one) => one(scope))), scope);
  }

  function readArgument(): Expression {
    space();
    const next = text[at];
    if (next === "'") return constant(readText());
    if (next === '$') return readPathArgument();
    if (text.startsWith('States.', at)) return readCall();
    const [literal] = /^(?:true|false|null|-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)/.exec(text.slice(at)) ?? [];
    if (literal === undefined) throw unreadable();
    at += literal.length;
    return constant(JSON.parse(literal) as Json);
  }

  function readPathArgument(): Expression {
    const start = at;
    let depth = 0;
    let quote = '';
    for (; at < text.length; at += 1) {
      const character = text[at];
      if (quote !== '') {
        if (character === '\\') at += 1;
        else if (character === quote) quote = '';
        continue;
      }
      if (depth === 0 && (character === ',' || character === ')' || character === ' ')) break;
      if (character === '[' || character === '(') depth += 1;
      if (character === ']' || character === ')') depth -= 1;
      if (depth > 0 && (character === "'" || character === '"')) quote = character;
    }
    const path = readPath(text.slice(start, at), where);
    return (scope) => presentAt(path, scope);
  }

  /** A text in single quotes; a backslash escapes the next character. */
  function readText(): string {
    let value = '';
    for (at += 1; text[at] !== "'"; at += 1) {
      if (at >= text.length) throw unreadable();
      if (text[at] === '\\') {
        at += 1;
        // Braces keep their backslash: States.Format reads it.
        if (text[at] === '{' || text[at] === '}') value += '\\';
      }
      value += text[at] ?? '';
    }
    at += 1;
    return value;
  }

  function space(): void {
    while (text[at] === ' ') at += 1;
  }

  function expect(character: string): void {
    space();
    if (text[at] !== character) throw unreadable();
    at += 1;
  }

  function unreadable(): NotSupported {
    return new NotSupported(`${where} ${text} is not supported: it can't be read at character ${at}`);
  }
}

const constant =
  (value: Json): Expression =>
  () =>
    value;
