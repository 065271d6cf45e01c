import type { Json, JsonObject } from '../../../contracts';

/** A problem of a body in CBOR. */
export class CborError extends Error {}

/** How deep values may be nested. */
const DEEPEST = 32;

/** Reads CBOR (RFC 8949) as clients of AWS write it. Times, which are tagged, become seconds; binary data is not supported. */
export function decodeCbor(body: Buffer): Json {
  let at = 0;
  const need = (count: number): number => {
    const start = at;
    at += count;
    if (at > body.length) throw new CborError('The body ends within a value');
    return start;
  };

  function length(more: number): number {
    if (more < 24) return more;
    if (more === 24) return body.readUInt8(need(1));
    if (more === 25) return body.readUInt16BE(need(2));
    if (more === 26) return body.readUInt32BE(need(4));
    if (more === 27) return Number(body.readBigUInt64BE(need(8)));
    throw new CborError(`A length of the kind ${more} is not supported`);
  }

  /** Calls `read` for each member, of a known or an unknown number. */
  function members(more: number, read: () => void): void {
    if (more === 31) {
      while (body[at] !== 0xff) {
        if (at >= body.length) throw new CborError('The body ends within a value');
        read();
      }
      at += 1;
      return;
    }
    const count = length(more);
    // Each member has at least one byte.
    if (count > body.length - at) throw new CborError('The body ends within a value');
    for (let index = 0; index < count; index += 1) read();
  }

  function text(more: number): string {
    if (more !== 31) {
      const size = length(more);
      const start = need(size);
      return body.toString('utf8', start, start + size);
    }
    const parts: string[] = [];
    members(more, () => parts.push(String(value(DEEPEST))));
    return parts.join('');
  }

  function simple(more: number): Json {
    if (more === 20 || more === 21) return more === 21;
    if (more === 22 || more === 23) return null;
    if (more === 25) return half(body.readUInt16BE(need(2)));
    if (more === 26) return body.readFloatBE(need(4));
    if (more === 27) return body.readDoubleBE(need(8));
    throw new CborError(`A value of the kind 7.${more} is not supported`);
  }

  function value(depth: number): Json {
    if (depth > DEEPEST) throw new CborError('The body is nested too deep');
    const initial = body[need(1)];
    const [kind, more] = [initial >> 5, initial & 31];
    switch (kind) {
      case 0:
        return length(more);
      case 1:
        return -1 - length(more);
      case 3:
        return text(more);
      case 4: {
        const list: Json[] = [];
        members(more, () => list.push(value(depth + 1)));
        return list;
      }
      case 5: {
        const map = new Map<string, Json>();
        members(more, () => map.set(String(value(depth + 1)), value(depth + 1)));
        return Object.fromEntries(map);
      }
      case 6:
        length(more);
        return value(depth + 1);
      case 7:
        return simple(more);
      default:
        throw new CborError('Binary data is not supported');
    }
  }

  const result = value(0);
  if (at < body.length) throw new CborError('The body has more than one value');
  return result;
}

/** What is written: JSON with times. */
export type Output = Json | Date | undefined | readonly Output[] | { readonly [key: string]: Output };

export function encodeCbor(output: Output): Buffer {
  const parts: Buffer[] = [];
  const head = (kind: number, size: number) => {
    const bytes = Buffer.alloc(size < 24 ? 1 : 5);
    bytes[0] = (kind << 5) | (size < 24 ? size : 26);
    if (size >= 24) bytes.writeUInt32BE(size, 1);
    parts.push(bytes);
  };
  const float = (value: number) => {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xfb;
    bytes.writeDoubleBE(value, 1);
    parts.push(bytes);
  };
  const string = (text: string) => {
    const bytes = Buffer.from(text);
    head(3, bytes.length);
    parts.push(bytes);
  };
  const write = (value: Output): void => {
    if (value === null || value === undefined) parts.push(Buffer.of(0xf6));
    else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xf5 : 0xf4));
    else if (typeof value === 'string') string(value);
    else if (typeof value === 'number') {
      if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) head(0, value);
      else float(value);
    } else if (value instanceof Date) {
      head(6, 1);
      float(value.getTime() / 1000);
    } else if (isList(value)) {
      head(4, value.length);
      value.forEach(write);
    } else {
      const entries = Object.entries(value).filter(([, member]) => member !== undefined);
      head(5, entries.length);
      for (const [key, member] of entries) {
        string(key);
        write(member);
      }
    }
  };
  write(output);
  return Buffer.concat(parts);
}

/** A body whose value is a map; an empty body is an empty one. */
export function cborObject(body: Buffer): JsonObject {
  const value = body.length === 0 ? {} : decodeCbor(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new CborError('The body is not a map');
}

export const isList = (value: Output): value is readonly Output[] => Array.isArray(value);

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
