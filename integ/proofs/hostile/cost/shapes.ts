/** Text of about the given number of bytes. Another salt gives another text of the same shape. */
export type Shape = (bytes: number, salt: number) => string;

/** Repeats the unit as often as it fits. */
export function filled(bytes: number, unit: string): string {
  return unit.repeat(Math.max(0, Math.floor(bytes / Buffer.byteLength(unit))));
}

/** A list of different elements, each of the given length including its comma. */
export function listed(bytes: number, each: number, make: (index: number) => string): string {
  return Array.from({ length: Math.max(1, Math.floor(bytes / each)) }, (_, index) => make(index)).join();
}

/** Five characters, different for each number below 60 million. */
export function name(number: number): string {
  return number.toString(36).padStart(5, '_');
}

/** One JSON value of about the given number of bytes, as text. */
export const VALUES: Readonly<Record<string, Shape>> = {
  'digits of a number': (bytes) => filled(bytes, '7'),
  'zeros between digits': (bytes) => `1${filled(bytes - 2, '0')}1`,
  'zeros at the end': (bytes) => `1${filled(bytes - 1, '0')}`,
  'zeros behind the point': (bytes) => `0.${filled(bytes - 3, '0')}1`,
  'digits of an exponent': (bytes) => `1e-${filled(bytes - 3, '9')}`,
  'zeros of an exponent': (bytes) => `1e${filled(bytes - 3, '0')}1`,
  'small numbers': (bytes) => `[${filled(bytes - 3, '0,')}0]`,
  'numbers of 17 digits': (bytes) => `[${filled(bytes - 3, '1.2345678901234567,')}0]`,
  'numbers of 39 digits': (bytes) => `[${filled(bytes - 3, '123456789012345678901234567890123456789,')}0]`,
  'nested lists': (bytes) => `${filled(bytes / 2, '[')}${filled(bytes / 2, ']')}`,
  'nested objects': (bytes) => `${filled((bytes / 6) * 5, '{"a":')}0${filled(bytes / 6, '}')}`,
  'lists of 30 levels': (bytes) => `[${filled(bytes - 3, `${'['.repeat(29)}${']'.repeat(29)},`)}0]`,
  'empty objects': (bytes) => `[${filled(bytes - 3, '{},')}0]`,
  'objects of one name': (bytes, salt) => `[${listed(bytes - 2, 12, (index) => `{"${name(salt * 1_000_000 + index)}":0}`)}]`,
  names: (bytes, salt) => `{${listed(bytes - 2, 10, (index) => `"${name(salt * 1_000_000 + index)}":0`)}}`,
  // Multiples of a power of two, which collide in many hash tables of numbers.
  'names that are numbers': (bytes, salt) => `{${listed(bytes - 2, 15, (index) => `"${1_000_000_000 + salt + 131_072 * index}":0`)}}`,
  // Sparse indexes: an array would allocate all elements in between.
  'names far apart': (bytes) => `[${filled(bytes - 3, '{"1023":0},')}0]`,
  'names farther and farther apart': (bytes) => `[${filled(bytes - 3, '{"999":0,"1999":0,"2999":0,"3999":0,"4999":0},')}0]`,
  'one name again and again': (bytes) => `{${filled(bytes - 6, '"a":0,')}"a":0}`,
  texts: (bytes) => `[${filled(bytes - 4, '"ab",')}""]`,
  escapes: (bytes) => `"${filled(bytes - 2, '\\"')}"`,
  'escaped units': (bytes) => `"${filled(bytes - 2, '\\ud83d\\ude00')}"`,
  separators: (bytes) => `"${filled(bytes - 2, '#%')}"`,
  'text of four bytes a character': (bytes) => `"${filled(bytes - 2, '🎒')}"`,
  'text of half characters': (bytes) => `"${filled(bytes - 2, '\\ud83d')}"`,
  blanks: (bytes) => `${filled(bytes - 1, ' ')}0`,
  'the most values that a map may have, and text': (bytes) =>
    `[${filled(Math.min(bytes / 2, 3 * 4_900), '{},')}"${filled(Math.max(bytes / 2, bytes - 3 * 4_900) - 4, 'a')}"]`,
  'lists without an end': (bytes) => filled(bytes, '['),
  'text without an end': (bytes) => `"${filled(bytes - 1, '\\"')}`,
};

/** Plain text, as in headers, ids and documents that are not JSON. */
export const TEXTS: Readonly<Record<string, Shape>> = {
  letters: (bytes) => filled(bytes, 'a'),
  digits: (bytes) => filled(bytes, '7'),
  zeros: (bytes) => filled(bytes, '0'),
  hyphens: (bytes) => filled(bytes, '-'),
  dots: (bytes) => filled(bytes, '.'),
  blanks: (bytes) => filled(bytes, ' '),
  quotes: (bytes) => filled(bytes, `"'`),
  backslashes: (bytes) => filled(bytes, '\\'),
  separators: (bytes) => filled(bytes, '#%&='),
  'percent signs': (bytes) => filled(bytes, '%'),
  'ends of lines': (bytes) => filled(bytes, '\n'),
  'what a template is made of': (bytes) => filled(bytes, '#set($a=1)${a}'),
  'two bytes a character': (bytes) => filled(bytes, 'é'),
  'four bytes a character': (bytes) => filled(bytes, '🎒'),
};

/** Selects shapes by name. */
export function only(shapes: Readonly<Record<string, Shape>>, ...names: string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((each) => [each, shapes[each]]));
}

/** The same shapes, each wrapped. */
export function within(shapes: Readonly<Record<string, Shape>>, wrap: (text: string) => string): Record<string, Shape> {
  return Object.fromEntries(Object.entries(shapes).map(([each, shape]) => [each, (bytes, salt) => wrap(shape(bytes, salt))] as const));
}
