/** A Parquet file with nothing but its footer: the schema of one column, and the number of rows. */
export function parquetOf(rows: number, { columns = 1 }: { readonly columns?: number } = {}): Buffer {
  const schema = Array.from({ length: columns }, (_, index) => [
    // type, repetition_type, name, num_children of a SchemaElement, and a logicalType with a boolean.
    ...[0x15, 12, 0x25, 2, 0x18, ...text(`column${index}`), 0x15, 0, 0x5c, 0x11, 0x12, 0, 0],
  ]);
  const size = columns < 15 ? [(columns << 4) | 12] : [0xfc, ...varint(columns)];
  // version, schema, num_rows of FileMetaData; then its row groups: none.
  const footer = Buffer.from([0x15, 2, 0x19, ...size, ...schema.flat(), 0x16, ...varint(rows * 2), 0x19, 0x0c, 0]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), footer, length, Buffer.from('PAR1')]);
}

const text = (value: string) => [...varint(value.length), ...Buffer.from(value)];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
