import { exactNumber } from './attribute-value';
import { decoded, type JsonVisitor } from './json-reader';

/** Documented: "Service, account, and table quotas in Amazon DynamoDB", nested attributes: up to 32 levels, including the item itself. */
const MAX_DEPTH = 31;
/** Below the 400 KB limit of an item, so that keys and the other attributes always fit. */
const MAX_BYTES = 360 * 1024;
/** The SDK takes about a microsecond to serialize one value of a map, as long as for some hundred characters of text. */
export const MAX_VALUES = 5_000;
/**
 * JavaScript stores members with integer names in an array that includes the gaps: 12 KB for `{"1023":0}`, unless a gap exceeds about a
 * thousand. The memory of ten places is about that of one value.
 */
const WIDEST_GAP = 1_024;
const NUMBERS_PER_VALUE = 10;
const SMALL_WHOLE_NUMBER = /^(?:0|[1-9]\d{0,4})$/;

/** An object whose end has not been read yet. */
interface OpenObject {
  readonly names: Set<string>;
  /** The highest integer among its names. */
  highest: number;
}

/** Builds the text of a document in DynamoDB's notation: `{"M":{"n":{"N":"1"}}}`. */
export class Notation implements JsonVisitor {
  /** Undefined as soon as DynamoDB cannot store the document exactly, or the document exceeds a limit above. */
  public text: string | undefined = '';
  /** Undefined for a list. */
  private readonly open: (OpenObject | undefined)[] = [];
  private separator: ',' | '' = '';
  private values = 0;
  /** An upper estimate of what DynamoDB counts. Documented: "DynamoDB item sizes and formats". */
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

  /** @param bytes the size of the value, without the one byte that DynamoDB adds for each value */
  private value(notation: string | undefined, bytes: number): void {
    this.values += 1;
    this.bytes += 1 + bytes;
    const fits = notation !== undefined && this.values <= MAX_VALUES && this.bytes <= MAX_BYTES;
    this.text = fits ? this.text + this.separator + notation : undefined;
  }
}

/** Whether DynamoDB can store the name. `__proto__` is not storable, because the SDK's plain objects would lose it. */
function isStorableName(name: string): boolean {
  return name !== '' && name !== '__proto__' && Buffer.byteLength(name) < 65_536 && isWellFormed(name);
}

/** A lone surrogate cannot be encoded in UTF-8 and would become U+FFFD. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
