import { isDouble } from './attribute-value';
import { decoded, type JsonVisitor } from './json-reader';

/** Member names from the root of the document down to a value. */
export type JsonPath = readonly string[];

/** A position in a document, at or above a requested value. */
interface Place {
  readonly below: Map<string, Place>;
  /** Undefined if the document has no value here. */
  value?: unknown;
}

/** Marks a position that holds an object. Its members are in `below`. */
const OBJECT = Symbol('object');

/**
 * Collects the values at given paths of a document, as `JSON.parse` reads them. A number that a double cannot hold exactly is its text. If
 * an object repeats a name, the last value counts.
 */
export class WantedValues implements JsonVisitor {
  private readonly document: Place = { below: new Map() };
  private readonly open: Place[] = [];
  /** Depth of open lists and objects that contain no requested value. */
  private elsewhere = 0;
  /** The position of the next value; undefined if the value is not requested. */
  private next: Place | undefined = this.document;

  public constructor(paths: readonly JsonPath[]) {
    for (const path of paths) {
      let place = this.document;
      for (const name of path) {
        const next: Place = place.below.get(name) ?? { below: new Map() };
        place.below.set(name, next);
        place = next;
      }
    }
  }

  public begin(container: '{' | '['): void {
    if (this.next !== undefined) this.next.value = container === '{' ? OBJECT : [];
    if (container === '{' && this.next !== undefined) this.open.push(this.next);
    else this.elsewhere += 1;
    this.next = undefined;
  }

  public end(): void {
    if (this.elsewhere > 0) this.elsewhere -= 1;
    else this.open.pop();
  }

  public name(token: string): void {
    if (this.elsewhere > 0) return;
    this.next = this.open.at(-1)?.below.get(decoded(token));
    if (this.next !== undefined) forget(this.next);
  }

  public scalar(token: string): void {
    if (this.next !== undefined) this.next.value = read(token);
    this.next = undefined;
  }

  /** The values that were found, nested as in the document. A list is always returned empty, because keys cannot contain lists. */
  public found(): Readonly<Record<string, unknown>> {
    return foundIn(this.document);
  }
}

function forget(place: Place): void {
  place.value = undefined;
  for (const below of place.below.values()) forget(below);
}

function foundIn({ below }: Place): Record<string, unknown> {
  // Without a prototype, so that `__proto__` is an ordinary name.
  const found: Record<string, unknown> = Object.create(null);
  for (const [name, place] of below) {
    if (place.value !== undefined) found[name] = place.value === OBJECT ? foundIn(place) : place.value;
  }
  return found;
}

function read(token: string): unknown {
  switch (token[0]) {
    case '"':
      return decoded(token);
    case 't':
    case 'f':
      return token === 'true';
    case 'n':
      return null;
    default:
      return isDouble(token) ? Number(token) : token;
  }
}
