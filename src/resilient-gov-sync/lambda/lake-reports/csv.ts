/** A line of a result: texts, or null for a value that is missing. */
export type CsvRow = readonly (string | null)[];

/** What a record has so far. */
interface Reading {
  row: (string | null)[];
  field: string;
  /** Whether the field began with a quotation mark: an empty text, and not a missing value. */
  isQuoted: boolean;
  isInQuotes: boolean;
}

/**
 * Reads a result of Athena while it arrives: values in quotation marks, which are doubled inside of a value, and nothing for a missing one. A
 * value can contain line breaks. The first row has the names of the columns.
 *
 * @throws when the result ends within a value
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncIterable<CsvRow> {
  const decoder = new TextDecoder();
  const reading: Reading = { row: [], field: '', isQuoted: false, isInQuotes: false };
  for await (const chunk of chunks) yield* rowsIn(decoder.decode(chunk, { stream: true }), reading);
  yield* rowsIn(decoder.decode(), reading);
  if (reading.isInQuotes) throw new Error('the result of the query ends within a value');
  if (reading.row.length > 0 || reading.field !== '' || reading.isQuoted) yield endOfRow(reading);
}

function* rowsIn(text: string, reading: Reading): Generator<CsvRow> {
  for (let at = 0; at < text.length; ) {
    const next = nextMark(text, at, reading.isInQuotes);
    reading.field += text.slice(at, next);
    at = next + 1;
    const mark = text[next];
    if (mark === '"') {
      // A second quotation mark in a row is part of the value: it opens the quotation again.
      if (!reading.isInQuotes && reading.isQuoted) reading.field += '"';
      reading.isInQuotes = !reading.isInQuotes;
      reading.isQuoted = true;
    } else if (mark === ',') endOfField(reading);
    else if (mark === '\n') yield endOfRow(reading);
  }
}

/** Where a quotation mark is, or outside of quotation marks a comma or the end of a line; the length of the text if nowhere. */
function nextMark(text: string, from: number, isInQuotes: boolean): number {
  if (isInQuotes) {
    const found = text.indexOf('"', from);
    return found === -1 ? text.length : found;
  }
  let at = from;
  while (at < text.length && text[at] !== '"' && text[at] !== ',' && text[at] !== '\n') at++;
  return at;
}

function endOfField(reading: Reading): void {
  reading.row.push(reading.isQuoted || reading.field !== '' ? reading.field : null);
  reading.field = '';
  reading.isQuoted = false;
}

function endOfRow(reading: Reading): CsvRow {
  endOfField(reading);
  const { row } = reading;
  reading.row = [];
  return row;
}
