import { isDouble } from './attribute-value';
import { decoded, type JsonVisitor } from './json-reader';

/** Names from the document down to a value. */
export type JsonPath = readonly string[];

/** A place in a document, at or above a value that is wanted. */
interface Place {
  readonly below: Map<string, Place>;
  /** Undefined where there is nothing. */
  value?: unknown;
}

/** In place of an object, whose members are below. */
const OBJECT = Symbol('object');

/**
 * The values in a few places of a document, as JSON.parse reads them, but a number that no double holds is its text. Of a name that comes twice
 * in an object the last one counts.
 */
export class WantedValues implements JsonVisitor {
  private readonly document: Place = { below: new Map() };
  private readonly open: Place[] = [];
  /** Lists and objects that are open and have nothing that is wanted, one in the other. */
  private elsewhere = 0;
  /** Of the value that comes next. */
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

  /** Objects down to the values that are there. Of a list only that it is one. */
  public found(): Readonly<Record<string, unknown>> {
    return foundIn(this.document);
  }
}

function forget(place: Place): void {
  place.value = undefined;
  for (const below of place.below.values()) forget(below);
}

function foundIn({ below }: Place): Record<string, unknown> {
  // Without a prototype, `__proto__` is a name like any other.
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
