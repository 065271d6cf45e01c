import type { LakeStore, StoredObject } from './dependencies';

/** Enough for most footers: it is read in the same request as their length. */
const FIRST_BYTES = 64 * 1024;
const MAGIC = 'PAR1';
/** The length of the footer, and the magic number. */
const TRAILER_BYTES = 8;
const AT_ONCE = 16;

/**
 * The number of rows in Parquet files, from their footers. It is a count of its own, that does not depend on what a table of them shows.
 *
 * @throws for a file that is no Parquet file
 */
export async function rowsOf(store: LakeStore, files: readonly StoredObject[]): Promise<number> {
  let total = 0;
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const rows = await Promise.all(files.slice(at, at + AT_ONCE).map((file) => rowsOfFile(store, file)));
    total = rows.reduce((sum, count) => sum + count, total);
  }
  return total;
}

async function rowsOfFile(store: LakeStore, { key, size }: StoredObject): Promise<number> {
  const noParquet = () => new Error(`${key} is no Parquet file that can be read`);
  if (size < TRAILER_BYTES) throw noParquet();
  const end = Buffer.from(await store.end(key, FIRST_BYTES));
  if (end.subarray(-MAGIC.length).toString('latin1') !== MAGIC) throw noParquet();
  const length = end.readUInt32LE(end.length - TRAILER_BYTES);
  const needed = length + TRAILER_BYTES;
  if (needed > size) throw noParquet();
  const whole = needed <= end.length ? end : Buffer.from(await store.end(key, needed));
  const rows = rowsInFooter(whole.subarray(whole.length - needed, whole.length - TRAILER_BYTES));
  if (rows === undefined) throw noParquet();
  return rows;
}

/** Types of fields. Documented: "Thrift Compact protocol encoding". */
const Type = { TRUE: 1, FALSE: 2, BYTE: 3, I16: 4, I32: 5, I64: 6, DOUBLE: 7, BINARY: 8, LIST: 9, SET: 10, MAP: 11, STRUCT: 12 } as const;
/** Documented: parquet.thrift, `FileMetaData`. Before it come the version and the schema. */
const NUM_ROWS = 3;

function rowsInFooter(footer: Buffer): number | undefined {
  const reader = new CompactReader(footer);
  for (const { id, type } of reader.fields()) {
    if (id === NUM_ROWS) return type === Type.I64 ? reader.integer() : undefined;
    reader.skip(type);
  }
  return undefined;
}

/** Reads a struct in Thrift's compact protocol. What follows the end of the bytes is an error. */
class CompactReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** The fields of a struct. The caller reads or skips the value of each. */
  *fields(): Generator<{ readonly id: number; readonly type: number }> {
    for (let id = 0; ; ) {
      const header = this.byte();
      if (header === 0) return;
      const step = header >> 4;
      id = step === 0 ? this.integer() : id + step;
      yield { id, type: header & 15 };
    }
  }

  /** An integer with a sign, as a varint in zigzag. */
  integer(): number {
    const value = this.varint();
    return Number((value >> 1n) ^ -(value & 1n));
  }

  skip(type: number): void {
    switch (type) {
      case Type.TRUE:
      case Type.FALSE:
        return;
      case Type.BYTE:
        this.at += 1;
        return;
      case Type.I16:
      case Type.I32:
      case Type.I64:
        this.varint();
        return;
      case Type.DOUBLE:
        this.at += 8;
        return;
      case Type.BINARY: {
        const length = Number(this.varint());
        this.at += length;
        return;
      }
      case Type.LIST:
      case Type.SET:
        this.skipList();
        return;
      case Type.STRUCT:
        for (const field of this.fields()) this.skip(field.type);
        return;
      default:
        // A map, which no struct of a footer has.
        throw new Error(`type ${type} is not expected in the footer of a Parquet file`);
    }
  }

  private skipList(): void {
    const header = this.byte();
    const short = header >> 4;
    const type = header & 15;
    const size = short === 15 ? Number(this.varint()) : short;
    // In a list, a boolean is a byte. In a struct, it is part of the field's header.
    for (let index = 0; index < size; index++) this.skip(type === Type.TRUE || type === Type.FALSE ? Type.BYTE : type);
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  private byte(): number {
    return this.bytes.readUInt8(this.at++);
  }
}
