import { exactNumber } from './attribute-value';
import { decoded, eachToken } from './json-tokens';

/** Documented: "Service, account, and table quotas in Amazon DynamoDB", nested attributes up to 32 levels; the item is one of them. */
const MAX_DEPTH = 31;
/** Far enough below the 400 KB of an item that keys and stamps always fit beside the body. */
const MAX_BYTES = 360 * 1024;
/** To send a value of a map takes the SDK a microsecond, as long as some hundred characters of text. */
export const MAX_VALUES = 5_000;
/**
 * JavaScript keeps members whose names are whole numbers in an array, with room for the numbers between them: 12 KB for `{"1023":0}`. It doesn't
 * where the gap is over a thousand. The room for ten numbers is about that for one value.
 */
const WIDEST_GAP = 1_024;
const NUMBERS_PER_VALUE = 10;
const SMALL_WHOLE_NUMBER = /^(?:0|[1-9]\d{0,4})$/;

/**
 * A JSON object in DynamoDB's notation (`{"M":{"n":{"N":"1"}}}`), as text; undefined where DynamoDB does not hold it exactly, or where it
 * has more than a map may have here.
 *
 * @param text known to be a JSON object
 */
export function notationOf(text: string): string | undefined {
  const document = new Document();
  let fits = true;
  eachToken(text, (token) => {
    fits = document.add(token);
    return fits;
  });
  return fits ? document.notation : undefined;
}

/** An object of which the end is not read yet. */
interface OpenObject {
  readonly names: Set<string>;
  /** Among its names that are whole numbers. */
  highest: number;
}

/** A document that is read token by token; each reading answers whether DynamoDB holds it so far. */
class Document {
  public notation = '';
  /** Undefined for a list. */
  private readonly open: (OpenObject | undefined)[] = [];
  private isName = false;
  private values = 0;
  /** At least what DynamoDB counts. Documented: "DynamoDB item sizes and formats". */
  private bytes = 0;

  public add(token: string): boolean {
    switch (token[0]) {
      case '{':
      case '[':
        this.open.push(token === '{' ? { names: new Set(), highest: 0 } : undefined);
        this.isName = token === '{';
        return this.count(token === '{' ? '{"M":{' : '{"L":[', 3) && this.open.length <= MAX_DEPTH;
      case '}':
      case ']':
        this.open.pop();
        this.notation += `${token}}`;
        return true;
      case ',':
      case ':':
        this.isName = token === ',' && this.open.at(-1) !== undefined;
        this.notation += token;
        return true;
      case '"':
        return this.isName ? this.name(token) : this.text(token);
      case 't':
      case 'f':
        return this.count(`{"BOOL":${token}}`, 1);
      case 'n':
        return this.count('{"NULL":true}', 1);
      default:
        return this.number(token);
    }
  }

  private name(token: string): boolean {
    const name = decoded(token);
    const object = this.open.at(-1);
    if (object === undefined || object.names.has(name) || !isStorableName(name)) return false;
    object.names.add(name);
    if (SMALL_WHOLE_NUMBER.test(name)) {
      const gap = Number(name) - object.highest;
      if (gap > 0 && gap < WIDEST_GAP) this.values += gap / NUMBERS_PER_VALUE;
      object.highest += Math.max(0, gap);
    }
    this.notation += token;
    this.bytes += Buffer.byteLength(name);
    return true;
  }

  private text(token: string): boolean {
    const text = decoded(token);
    return isWellFormed(text) && this.count(`{"S":${token}}`, Buffer.byteLength(text));
  }

  private number(token: string): boolean {
    const number = exactNumber(token);
    return number !== undefined && this.count(`{"N":"${number.N}"}`, 2 + Math.ceil(number.N.length / 2));
  }

  /** One more value, with the bytes that it takes itself. */
  private count(notation: string, bytes: number): boolean {
    this.notation += notation;
    this.values += 1;
    this.bytes += 1 + bytes;
    return this.values <= MAX_VALUES && this.bytes <= MAX_BYTES;
  }
}

/** Whether the name can stand in a map, also on its way through the SDK, whose plain objects would lose `__proto__`. */
function isStorableName(name: string): boolean {
  return name !== '' && name !== '__proto__' && Buffer.byteLength(name) < 65_536 && isWellFormed(name);
}

/** A lone surrogate has no UTF-8: it would become U+FFFD. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
