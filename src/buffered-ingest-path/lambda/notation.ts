import { exactNumber } from './attribute-value';
import { decoded, type JsonVisitor } from './json-reader';

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

/** An object of which the end is not read yet. */
interface OpenObject {
  readonly names: Set<string>;
  /** Among its names that are whole numbers. */
  highest: number;
}

/** A document in DynamoDB's notation, as text: `{"M":{"n":{"N":"1"}}}`. */
export class Notation implements JsonVisitor {
  /** Undefined from where on DynamoDB does not hold the document exactly, or it has more than a map may have here. */
  public text: string | undefined = '';
  /** Undefined for a list. */
  private readonly open: (OpenObject | undefined)[] = [];
  private separator: ',' | '' = '';
  private values = 0;
  /** At least what DynamoDB counts. Documented: "DynamoDB item sizes and formats". */
  private bytes = 0;

  public begin(container: '{' | '['): void {
    if (this.text === undefined) return;
    this.value(container === '{' ? '{"M":{' : '{"L":[', 3);
    this.separator = '';
    this.open.push(container === '{' ? { names: new Set(), highest: 0 } : undefined);
    if (this.open.length > MAX_DEPTH) this.text = undefined;
  }

  public end(container: '{' | '['): void {
    if (this.text === undefined) return;
    this.text += container === '{' ? '}}' : ']}';
    this.separator = ',';
    this.open.pop();
  }

  public name(token: string): void {
    const object = this.open.at(-1);
    if (this.text === undefined || object === undefined) return;
    const name = decoded(token);
    if (object.names.has(name) || !isStorableName(name)) {
      this.text = undefined;
      return;
    }
    object.names.add(name);
    if (SMALL_WHOLE_NUMBER.test(name)) {
      const gap = Number(name) - object.highest;
      if (gap > 0 && gap < WIDEST_GAP) this.values += gap / NUMBERS_PER_VALUE;
      object.highest += Math.max(0, gap);
    }
    this.bytes += Buffer.byteLength(name);
    this.text += `${this.separator}${token}:`;
    this.separator = '';
  }

  public scalar(token: string): void {
    if (this.text === undefined) return;
    switch (token[0]) {
      case '"': {
        const text = decoded(token);
        this.value(isWellFormed(text) ? `{"S":${token}}` : undefined, Buffer.byteLength(text));
        break;
      }
      case 't':
      case 'f':
        this.value(`{"BOOL":${token}}`, 1);
        break;
      case 'n':
        this.value('{"NULL":true}', 1);
        break;
      default: {
        const number = exactNumber(token);
        this.value(number && `{"N":"${number.N}"}`, 2 + Math.ceil((number?.N.length ?? 0) / 2));
      }
    }
    this.separator = ',';
  }

  /** @param bytes that the value takes itself; one more is for its place */
  private value(notation: string | undefined, bytes: number): void {
    this.values += 1;
    this.bytes += 1 + bytes;
    const fits = notation !== undefined && this.values <= MAX_VALUES && this.bytes <= MAX_BYTES;
    this.text = fits ? this.text + this.separator + notation : undefined;
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
