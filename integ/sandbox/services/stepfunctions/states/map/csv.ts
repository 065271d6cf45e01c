import type { Json } from '../../../../contracts';

/** Documented: "ItemReader (Map)", CSVDelimiter. */
export const DELIMITERS: Readonly<Record<string, string | undefined>> = {
  ...{ COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' },
};

/**
 * The rows as objects. Recorded: further fields of a row are dropped, and missing ones are empty.
 *
 * @param headers those of the definition; undefined if they are in the first row
 */
export function readCsv(text: string, delimiter: string, headers?: readonly string[]): Json[] {
  const rows = rowsOf(text, delimiter);
  const names = headers ?? rows.shift() ?? [];
  if (new Set(names).size < names.length) throw new Error('CSV headers cannot contain duplicates.');
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

/** RFC 4180: fields may be in double quotes, in which a quote is doubled. Empty lines are skipped. */
function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  const endField = () => {
    row.push(field);
    field = '';
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && field === '') isQuoted = true;
    else if (character === delimiter) endField();
    else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}
