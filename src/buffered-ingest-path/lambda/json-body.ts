import { type AttributeValue, canonicalDecimal, exactNumber } from './attribute-value';

/** The body of a message in the two forms that the writer needs. */
export interface JsonBody {
  /** For key templates: as JSON.parse reads it, but a number that a double cannot hold is its text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** For the item: a map where DynamoDB holds the document exactly, else the text itself. Nothing is altered. */
  readonly attribute: AttributeValue;
}

/** Documented: "Service, account, and table quotas in Amazon DynamoDB", nested attributes up to 32 levels; the item is one of them. */
const MAX_DEPTH = 31;
/** Far enough below the 400 KB of an item that keys and stamps always fit beside the body. */
const MAX_BYTES = 360 * 1024;
const TOKEN = /[{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[-\w.+]+/g;

interface Container {
  readonly plain: Record<string, unknown> | unknown[];
  readonly exact: Record<string, AttributeValue> | AttributeValue[];
  /** Of the member whose value comes next. */
  key?: string;
}

/**
 * Reads a message's body.
 *
 * @throws SyntaxError when the text is not a JSON object
 */
export function readBody(text: string): JsonBody {
  // JSON.parse decides what is JSON. What it forgets (the text of numbers, repeated names) is then read from text known to be right.
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SyntaxError('not a JSON object');

  let exact = true;
  let bytes = 0;
  const root = object();
  const open: Container[] = [];
  const add = (plain: unknown, value: AttributeValue | undefined) => {
    const into = open.at(-1);
    if (value === undefined) exact = false;
    bytes += 1 + size(value);
    if (into === undefined) return;
    if (Array.isArray(into.plain)) {
      into.plain.push(plain);
      if (value !== undefined) (into.exact as AttributeValue[]).push(value);
      return;
    }
    const key = into.key as string;
    into.key = undefined;
    if (!storableName(key) || Object.hasOwn(into.plain, key)) exact = false;
    bytes += Buffer.byteLength(key);
    into.plain[key] = plain;
    if (value !== undefined) (into.exact as Record<string, AttributeValue>)[key] = value;
  };

  for (const [token] of text.matchAll(TOKEN)) {
    switch (token[0]) {
      case '{': {
        const next = open.length === 0 ? root : object();
        add(next.plain, { M: next.exact as Record<string, AttributeValue> });
        open.push(next);
        break;
      }
      case '[': {
        const next: Container = { plain: [], exact: [] };
        add(next.plain, { L: next.exact as AttributeValue[] });
        open.push(next);
        break;
      }
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
      case ':':
        break;
      case '"': {
        const decoded: string = JSON.parse(token);
        const into = open.at(-1) as Container;
        if (!Array.isArray(into.plain) && into.key === undefined) into.key = decoded;
        // A lone surrogate has no UTF-8: it would become U+FFFD.
        else add(decoded, /\p{Surrogate}/u.test(decoded) ? undefined : { S: decoded });
        break;
      }
      case 't':
      case 'f':
        add(token === 'true', { BOOL: token === 'true' });
        break;
      case 'n':
        add(null, { NULL: true });
        break;
      default:
        add(isDouble(token) ? Number(token) : token, exactNumber(token));
    }
    if (open.length > MAX_DEPTH || bytes > MAX_BYTES) exact = false;
  }
  const map = { M: root.exact as Record<string, AttributeValue> };
  return { values: root.plain as Record<string, unknown>, attribute: exact ? map : { S: text } };
}

function object(): Container {
  // Without a prototype, `__proto__` is a name like any other.
  return { plain: Object.create(null), exact: Object.create(null) };
}

/** Whether the name can stand in a map, also on its way through the SDK, whose plain objects would lose `__proto__`. */
function storableName(name: string): boolean {
  return name !== '' && name !== '__proto__' && Buffer.byteLength(name) < 65_536 && !/\p{Surrogate}/u.test(name);
}

function isDouble(jsonNumber: string): boolean {
  const double = Number(jsonNumber);
  return Number.isFinite(double) && canonicalDecimal(String(double)) === canonicalDecimal(jsonNumber);
}

/** At least what DynamoDB counts. Documented: "DynamoDB item sizes and formats". */
function size(value: AttributeValue | undefined): number {
  if (value === undefined) return 0;
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return 2 + Math.ceil(value.N.length / 2);
  return 'L' in value || 'M' in value ? 3 : 1;
}
